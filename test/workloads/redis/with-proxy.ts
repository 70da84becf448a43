import { startProxy, type RedisProxy, type Way } from '../../support/redis/proxy.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { withRedis } from '../../support/redis/with-redis.ts';

/** Runs `act` with a Redis of its own and a proxy before it, both of which are ended afterwards; `url` leads through the proxy. */
export async function withProxy(
  act: (proxy: RedisProxy, url: string, server: RedisServer) => Promise<void>,
  way: Way = {},
): Promise<void> {
  await withRedis(async (server) => {
    const proxy = await startProxy(server.port, way);
    try {
      await act(proxy, `redis://127.0.0.1:${proxy.port}`, server);
    } finally {
      await proxy.close();
    }
  });
}
