import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { deadline } from '../deadline.ts';
import { startChild } from './child.ts';
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

/** `predict` within FastAPI on uvicorn with uvloop and httptools, one process: it stores nothing and has no queue. */
export function startFastApi(): Promise<PythonServer> {
  return startPythonServer('fastapi_noop.py');
}

/** Starts a program of `test/fixtures/bench`, which is given a port to listen on; resolves once it answers. */
export async function startPythonServer(
  program: string,
  env: Readonly<Record<string, string>> = {},
): Promise<PythonServer> {
  const port = await freePort();
  const path = fileURLToPath(new URL(`../../fixtures/bench/${program}`, import.meta.url));
  const child = startChild(peersPython(), [path, String(port)], { env: { ...process.env, ...env } });
  const url = `http://127.0.0.1:${port}/`;
  await deadline(START_MS, Promise.race([answers(url), child.died]), `starting ${program}`);
  return { url, pid: child.pid, end: () => child.end() };
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
