import { notRun } from '../not-run.ts';
import { NO_REDIS, speaksTls, startRedisServer, type RedisServer } from './server.ts';

/** Runs `act` with a Redis of its own, which is ended afterwards; says that the test cannot run where there is none. */
export async function withRedis(
  act: (server: RedisServer) => Promise<void>,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  if ('tls-cert-file' in settings && !speaksTls()) {
    notRun('this redis-server was built without TLS');
    return;
  }
  const server = await startRedisServer(settings);
  if (server === null) {
    notRun(NO_REDIS);
    return;
  }
  try {
    await act(server);
  } finally {
    await server.end();
  }
}
