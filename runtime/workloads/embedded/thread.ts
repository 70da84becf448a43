import type { Worker } from 'node:worker_threads';
import { startThread as startThreadOf } from '../../processes/start-thread.ts';
import type { FromThread, ToThread } from './operations.ts';
import type { ThreadData } from './worker.ts';

/** Starts the store's thread. It keeps the process alive only while it is referenced. */
export function startThread(data: ThreadData): Worker {
  return startThreadOf(new URL('./worker.ts', import.meta.url), 'worker.js', { workerData: data });
}

/** What a thread says next, or null when it ended without a word. */
export function nextMessage(thread: Worker): Promise<FromThread | null> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const onMessage = (message: FromThread): void => {
      stop();
      resolve(message);
    };
    const onError = (error: unknown): void => {
      stop();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const onExit = (): void => {
      stop();
      resolve(null);
    };
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}

/** Hands a message over; the bytes of a batch are moved, not copied. */
export function tellThread(thread: Worker, message: ToThread): void {
  thread.postMessage(message, message === 'close' ? [] : [message.bytes.buffer as ArrayBuffer]);
}
