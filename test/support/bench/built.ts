import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { untilAnswered } from './until-answered.ts';

/** Pons as it is installed, that is built, serving a project. */
export interface BuiltPons {
  readonly pid: number;
  /** From the start of the command until `/readyz` was 200, in ms. */
  readonly readyMs: number;
  end(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The program as it is installed; `npm run prepare` makes it. */
export const BUILT_MAIN = `${ROOT}dist/runtime/cli/main.js`;
export const SAMPLE_PROJECT = `${ROOT}sample-project`;

/** Runs `node dist/runtime/cli/main.js serve PROJECT` and waits until it is ready; `npm run prepare` must have been run. */
export async function serveBuilt(
  project: string,
  stateDir: string,
  options: readonly string[] = [],
): Promise<BuiltPons> {
  if (!existsSync(BUILT_MAIN)) throw new Error('there is no dist/: npm run prepare');
  const port = await freePort();
  const begin = performance.now();
  const where = ['--port', String(port), '--state-dir', stateDir];
  const child = startChild(process.execPath, [BUILT_MAIN, 'serve', project, ...where, ...options]);
  await untilAnswered(`http://127.0.0.1:${port}/readyz`, (status) => status === 200, child);
  return { pid: child.pid, readyMs: performance.now() - begin, end: () => child.stop() };
}
