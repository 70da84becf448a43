import { Worker } from 'node:worker_threads';
import type { FromThread, ToThread } from './operations.ts';
import type { ThreadData } from './worker.ts';

/*
 * The store's thread is started from TypeScript source in tests, and from JavaScript in a built tree, where it lies beside the program. Node 20
 * does not run the loader of `node --import tsx` in worker threads, so that there a line of JavaScript registers it first.
 */

/** Starts the store's thread. It keeps the process alive only while it is referenced. */
export function startThread(data: ThreadData): Worker {
  if (import.meta.url.endsWith('.js')) return new Worker(new URL('./worker.js', import.meta.url), { workerData: data });
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const entry = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  const bootstrap = `import(${loader}).then(({ register }) => { register(); return import(${entry}); })`;
  return new Worker(bootstrap, { eval: true, execArgv: [], workerData: data });
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
