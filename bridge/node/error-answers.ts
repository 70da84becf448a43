import { codes } from './codes.ts';
import { BridgeError, type ErrorMessage, type ErrorObject, type ResultMessage } from './messages.ts';

/** Enough for a sentence. */
const SHORT_CHARACTERS = 500;

/** What a request is answered with that ended in `error`. `signal` is that of its cancellation, where it has one. */
export function errorObject(error: unknown, signal: AbortSignal | null): ErrorObject {
  if (signal?.aborted === true) return { code: codes.CANCELLED, message: 'the request was cancelled', data: null };
  if (error instanceof BridgeError) return { code: error.code, message: error.message, data: error.data };
  return { code: codes.INTERNAL_ERROR, message: messageOf(error), data: null };
}

/** What is said in place of an answer that is too large for a frame, or cannot be written as JSON. */
export function withRoom(answer: ResultMessage | ErrorMessage, problem: unknown): ErrorObject {
  if (answer.kind === 'result') {
    return { code: codes.INTERNAL_ERROR, message: `the answer cannot be sent: ${messageOf(problem)}`, data: null };
  }
  const { code, message } = answer.error;
  return { code, message: `${message.slice(0, SHORT_CHARACTERS)}...`, data: null };
}

/** What those who wait for answers are told when the connection ends. */
export function closedError(reason: string | null): BridgeError {
  const message = reason === null ? 'the connection is closed' : `the connection is closed: ${reason}`;
  return new BridgeError({ code: codes.CONNECTION_CLOSED, message, data: null });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
