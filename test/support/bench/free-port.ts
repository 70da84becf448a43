import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below those that systems give by themselves, to connections and to who listens on any: nobody gets one by chance before it is used. Neither the one that is higher
 * by ten thousand, on which a Redis of a cluster listens, too.
 */
const [LOWEST, HIGHEST] = [10_000, 22_000];

/** A TCP port of the loopback address that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  // Somebody may already ask this port for a server that starts there; who is taken and not answered would wait, and `close` with it.
  const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
