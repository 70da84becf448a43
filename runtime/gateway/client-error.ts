import type { Socket } from 'node:net';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import { KnownError } from '../errors/known-error.ts';
import { renderError } from '../errors/render.ts';

/**
 * Answers, on its bare socket, a request that is no valid HTTP or did not arrive whole or in time, and closes the connection; `latest` is the
 * answer to the last request of the connection whose headers have been read, if there is one.
 */
export function answerClientError(
  error: Error & { code?: string },
  socket: Socket,
  headerBytes: number,
  latest: ServerResponse | null,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const inBody = latest?.req.complete === false;
  const known = toKnownError(error, headerBytes, inBody);
  if (latest === null || inBody || latest.writableFinished) answerOnSocket(socket, known);
  else {
    // What follows a good request must not take the answer away from it: it may be stored already.
    latest.once('close', () => {
      answerOnSocket(socket, known);
    });
  }
}

/** Answers with an error on a bare socket, with `further` header lines, and closes it. */
export function answerOnSocket(socket: Socket, known: KnownError, further: readonly string[] = []): void {
  if (!socket.writable) return;
  const body = JSON.stringify({ error: renderError(known) });
  const head = [
    `HTTP/1.1 ${known.status} ${STATUS_CODES[known.status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...further,
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
