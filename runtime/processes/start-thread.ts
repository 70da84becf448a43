import { Worker, type WorkerOptions } from 'node:worker_threads';

/*
 * A thread is started from TypeScript source in tests, and from JavaScript in a built tree, where it lies beside the program. Node 20 does not
 * run the loader of `node --import tsx` in worker threads, so that there a line of JavaScript registers it first.
 */

/**
 * Starts a thread of this program.
 * @param source the file of the thread in the source tree
 * @param built its name in a built tree, as `.config/build.js` has it
 */
export function startThread(source: URL, built: string, options: WorkerOptions): Worker {
  if (import.meta.url.endsWith('.js')) return new Worker(new URL(`./${built}`, import.meta.url), options);
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const entry = JSON.stringify(source.href);
  const bootstrap = `import(${loader}).then(({ register }) => { register(); return import(${entry}); })`;
  return new Worker(bootstrap, { ...options, eval: true, execArgv: [] });
}
