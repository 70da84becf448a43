import type { FastifyInstance } from 'fastify';
import type { Logger } from '../log/logger.ts';

const QUIET_MS = 10_000;

/** Refuses connections past `most`, and says so in the log: who is refused learns no more than that the connection was closed. */
export function limitConnections(app: FastifyInstance, most: number, logger: Logger): void {
  let refused = 0;
  let quietUntil = 0;
  app.server.maxConnections = most;
  app.server.on('drop', () => {
    refused += 1;
    const now = Date.now();
    if (now < quietUntil) return;
    quietUntil = now + QUIET_MS;
    logger.warning(`${most} connections are open, which is the limit: ${refused} more were closed at once so far`);
  });
}
