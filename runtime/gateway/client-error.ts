import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { KnownError } from '../errors/known-error.ts';
import { renderError } from '../errors/render.ts';

/**
 * Answers, on its bare socket, a request that is no valid HTTP or did not arrive whole or in time, and closes the connection; `inBody` tells
 * that its headers have been read.
 */
export function answerClientError(
  error: Error & { code?: string },
  socket: Socket,
  headerBytes: number,
  inBody: boolean,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const known = toKnownError(error, headerBytes, inBody);
  const body = JSON.stringify({ error: renderError(known) });
  const head = [
    `HTTP/1.1 ${known.status} ${STATUS_CODES[known.status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.resume();
  socket.setTimeout(2_000, () => socket.destroy());
}

function toKnownError(
  error: Error & { code?: string; reason?: string },
  headerBytes: number,
  inBody: boolean,
): KnownError {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return KnownError.of('PONS_ERR_HTTP_HEADERS_TOO_LARGE', { limitBytes: headerBytes }, error);
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return KnownError.of('PONS_ERR_HTTP_REQUEST_TIMEOUT', {}, error);
  if (error.code === 'HPE_INVALID_EOF_STATE' && inBody) return KnownError.of('PONS_ERR_HTTP_BODY_CUT', {}, error);
  return KnownError.of('PONS_ERR_HTTP_MALFORMED', { reason: error.reason ?? error.message }, error);
}
