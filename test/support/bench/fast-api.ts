import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './child.ts';
import { freePort } from './free-port.ts';
import { untilAnswered } from './until-answered.ts';
import { type Peers, peersPython } from './venv.ts';

/** A web server in Python that answers `POST /`. */
export interface PythonServer {
  /** With a slash at its end. */
  readonly url: string;
  /** From the start of the command until it answered, in ms. */
  readonly readyMs: number;
  end(): Promise<void>;
}

const FIXTURES = fileURLToPath(new URL('../../fixtures/bench', import.meta.url));
const SETTINGS = ['--loop', 'uvloop', '--http', 'httptools', '--log-level', 'warning', '--no-access-log'];

/** `predict` within FastAPI on uvicorn with uvloop and httptools, one process: it stores nothing and has no queue. */
export function startFastApi(): Promise<PythonServer> {
  return startPythonServer('fastapi_noop');
}

/** Starts the `server` of a module in `test/fixtures/bench` on a free port; resolves once it answers. */
export async function startPythonServer(
  module: string,
  env: NodeJS.ProcessEnv = process.env,
  peers: Peers = 'peers',
): Promise<PythonServer> {
  const port = await freePort();
  const python = await peersPython(peers);
  const url = `http://127.0.0.1:${port}/`;
  const begin = performance.now();
  const child = startModule(python, ['uvicorn', `${module}:server`, '--port', String(port), ...SETTINGS], env);
  await untilAnswered(url, () => true, child);
  return { url, readyMs: performance.now() - begin, end: () => child.end() };
}

/** Starts `python -m` among the modules of `test/fixtures/bench`; `python` has the peers' packages. */
export function startModule(python: string, args: readonly string[], env: NodeJS.ProcessEnv): Child {
  return startChild(python, ['-m', ...args], { cwd: FIXTURES, env: { ...env, PYTHONDONTWRITEBYTECODE: '1' } });
}
