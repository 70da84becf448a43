import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { KnownError } from '../errors/known-error.ts';
import { messageOf } from '../errors/render.ts';

/** Where a server can be reached. */
export interface ListenAddress {
  readonly address: string;
  readonly port: number;
}

/**
 * Begins to listen; `port` 0 takes any free one. Throws `PONS_ERR_HTTP_PORT_TAKEN`, `PONS_ERR_HTTP_PORT_FORBIDDEN`,
 * `PONS_ERR_HTTP_PORT_INVALID`, `PONS_ERR_HTTP_HOST_UNKNOWN`, `PONS_ERR_HTTP_LISTEN_FAILED`.
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<ListenAddress> {
  try {
    await app.listen({ host: addressOf(host), port });
  } catch (error) {
    throw toKnownError(error, host, port);
  }
  const { address, port: boundPort } = app.server.address() as AddressInfo;
  return { address, port: boundPort };
}

/** Fails as `listen` would, without keeping anything open: what takes long need not be begun. */
export async function assertListenable(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    server.listen({ host: addressOf(host), port });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
  } catch (error) {
    throw toKnownError(error, host, port);
  }
}

/** fastify would open a second server for the other address of "localhost", which has none of our handlers. */
function addressOf(host: string): string {
  return host === 'localhost' ? '127.0.0.1' : host;
}

const CODES = {
  EADDRINUSE: 'PONS_ERR_HTTP_PORT_TAKEN',
  EACCES: 'PONS_ERR_HTTP_PORT_FORBIDDEN',
  EPERM: 'PONS_ERR_HTTP_PORT_FORBIDDEN',
  ERR_SOCKET_BAD_PORT: 'PONS_ERR_HTTP_PORT_INVALID',
  ENOTFOUND: 'PONS_ERR_HTTP_HOST_UNKNOWN',
  EAI_AGAIN: 'PONS_ERR_HTTP_HOST_UNKNOWN',
  EADDRNOTAVAIL: 'PONS_ERR_HTTP_HOST_UNKNOWN',
} as const;

function toKnownError(error: unknown, host: string, port: number): KnownError {
  const { code } = error as NodeJS.ErrnoException;
  const key = Object.keys(CODES).find((known): known is keyof typeof CODES => known === code);
  if (key !== undefined) return KnownError.of(CODES[key], { host, port }, error);
  return KnownError.of('PONS_ERR_HTTP_LISTEN_FAILED', { host, port, reason: messageOf(error) }, error);
}
