import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { deadline } from '../deadline.ts';
import { type Child, startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { peersPython } from './venv.ts';

/** A web server in Python that answers `POST /`. */
export interface PythonServer {
  /** With a slash at its end. */
  readonly url: string;
  readonly pid: number;
  end(): Promise<void>;
}

const START_MS = 30_000;
const POLL_MS = 5;
const FIXTURES = fileURLToPath(new URL('../../fixtures/bench', import.meta.url));
const SETTINGS = ['--loop', 'uvloop', '--http', 'httptools', '--log-level', 'warning', '--no-access-log'];

/** `predict` within FastAPI on uvicorn with uvloop and httptools, one process: it stores nothing and has no queue. */
export function startFastApi(): Promise<PythonServer> {
  return startPythonServer('fastapi_noop');
}

/** Starts the `server` of a module in `test/fixtures/bench` on a free port; resolves once it answers. */
export async function startPythonServer(module: string, env: NodeJS.ProcessEnv = process.env): Promise<PythonServer> {
  const port = await freePort();
  const child = await startModule(['uvicorn', `${module}:server`, '--port', String(port), ...SETTINGS], env);
  const url = `http://127.0.0.1:${port}/`;
  await deadline(START_MS, Promise.race([answers(url), child.died]), `starting ${module}`);
  return { url, pid: child.pid, end: () => child.end() };
}

/** Starts `python -m` among the modules of `test/fixtures/bench`, with the peers' packages. */
export async function startModule(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Child> {
  const unwritten = { ...env, PYTHONDONTWRITEBYTECODE: '1' };
  return startChild(await peersPython(), ['-m', ...args], { cwd: FIXTURES, env: unwritten });
}

/** Resolves once a GET of `url` is answered with any status. */
async function answers(url: string): Promise<void> {
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  )
    await pause(POLL_MS);
}
