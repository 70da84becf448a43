import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isKnownError, KnownError } from '../errors/known-error.ts';
import { messageOf, renderError } from '../errors/render.ts';
import type { Logger } from '../log/logger.ts';
import { jsonAnswer } from './answer.ts';

/** Seconds. Workloads take milliseconds to minutes; a client that asks again each second is no load. */
const RETRY_AFTER = '1';

/** Answers a request with an error as JSON; what is not of the table is logged with its cause and shown as internal. */
export function answerError(
  logger: Logger,
  drainMs: number,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const known = toKnownError(error, request);
  if (known.fault === 'system') {
    logger.error(known.message, { code: known.code, method: request.method, url: request.url, ...causeOf(known) });
  }
  if (known.status === 503) void reply.header('retry-after', RETRY_AFTER);
  leaveReadable(request, reply, drainMs);
  void reply.send(jsonAnswer(reply.code(known.status), JSON.stringify({ error: renderError(known) })));
}

function toKnownError(error: unknown, request: FastifyRequest): KnownError {
  if (isKnownError(error)) return error;
  if (request.raw.destroyed && !request.raw.complete) return KnownError.of('PONS_ERR_HTTP_BODY_CUT', {}, error);
  const { code, statusCode } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_BAD_URL') return KnownError.of('PONS_ERR_HTTP_URL_INVALID', {}, error);
  if (code?.startsWith('FST_ERR_') === true && statusCode !== undefined && statusCode < 500 && error instanceof Error) {
    return KnownError.of('PONS_ERR_HTTP_MALFORMED', { reason: error.message }, error);
  }
  return KnownError.of('PONS_ERR_HTTP_INTERNAL', {}, error);
}

/** What the log needs to find a fault of ours; an error of the table that needs no cause says all there is to say. */
function causeOf({ cause }: KnownError): { cause?: string } {
  if (cause === undefined) return {};
  return { cause: cause instanceof Error ? (cause.stack ?? cause.message) : messageOf(cause) };
}

/**
 * Lets the client read an answer that comes before its body has arrived: closing at once would reset the connection under its
 * feet, and the answer with it. So the rest is read and dropped, for a time.
 */
function leaveReadable(request: FastifyRequest, reply: FastifyReply, drainMs: number): void {
  const { raw } = request;
  if (raw.complete || raw.destroyed) return;
  if (raw.headers.expect !== undefined && !raw.readableFlowing) {
    // It waits for our leave to send the body, so nothing is on its way, and the next bytes could be body or request.
    void reply.header('connection', 'close');
    return;
  }
  const timer = setTimeout(() => raw.socket.destroy(), drainMs);
  timer.unref();
  raw.once('close', () => {
    clearTimeout(timer);
  });
  raw.resume();
}
