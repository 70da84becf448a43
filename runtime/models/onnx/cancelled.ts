import { codes } from '../../../bridge/node/codes.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';

/** What a call ends with when its signal is aborted. */
export function cancelled(): BridgeError {
  return new BridgeError({ code: codes.CANCELLED, message: 'the call of the model was cancelled', data: null });
}

/** Settles as `promise` does, or rejects with `cancelled()` as soon as `signal` is aborted; what the promise then becomes is dropped. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(cancelled());
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
