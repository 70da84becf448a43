import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { postMany } from '../support/load.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { defaultPython } from '../support/pythons.ts';
import { servePons } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/*
 * Durable submissions, and workloads from the first POST to the last one's end, with one no-op predictor process, 1 KB of JSON and 32
 * connections; beside a no-op in FastAPI and uvicorn, which stores nothing. Rounds alternate.
 */

const ROUNDS = 3;
const COUNT = 6000;
const CONNECTIONS = 32;
const body = Buffer.from(JSON.stringify({ text: 'x'.repeat(1000) }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

async function startFastApi(): Promise<{ url: string; end: () => void }> {
  const venv = join(makeTempDir(), 'venv');
  execFileSync(defaultPython.executable, ['-m', 'venv', venv]);
  const packages = ['fastapi', 'uvicorn', 'uvloop', 'httptools'];
  execFileSync(join(venv, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages], {
    stdio: 'inherit',
  });
  const port = await freePort();
  const program = fileURLToPath(new URL('../fixtures/bench/fastapi_noop.py', import.meta.url));
  const child = spawn(join(venv, 'bin', 'python'), [program, String(port)], { stdio: 'inherit' });
  const url = `http://127.0.0.1:${port}/`;
  while (!(await postMany(url, body, 1, 1).then(Boolean, () => false))) await pause(50);
  return { url, end: () => child.kill('SIGKILL') };
}

interface Queue {
  readonly queue: { readonly in_queue: number; readonly in_progress: number };
}

async function waitUntilEmpty(url: string): Promise<void> {
  for (;;) {
    const { queue } = (await (await fetch(url)).json()) as Queue;
    if (queue.in_queue + queue.in_progress === 0) return;
    await pause(5);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const pons = await servePons(
  makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {"ok": True}') }),
);
const fastApi = await startFastApi();
const api = `${pons.url}/api`;
await postMany(api, body, COUNT / 4, CONNECTIONS);
await waitUntilEmpty(api);
await postMany(fastApi.url, body, COUNT / 4, CONNECTIONS);
const submits: number[] = [];
const completions: number[] = [];
const peers: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const begin = performance.now();
  submits.push(await postMany(api, body, COUNT, CONNECTIONS));
  await waitUntilEmpty(api);
  completions.push((COUNT * 1000) / (performance.now() - begin));
  peers.push(await postMany(fastApi.url, body, COUNT, CONNECTIONS));
}
const peer = median(peers);
const show = (title: string, rate: number): void => {
  const ratio = (rate / peer).toFixed(2);
  process.stdout.write(
    `  ${title.padEnd(24)} ${rate.toFixed(0).padStart(7)}/s   ratio to the FastAPI no-op ${ratio}\n`,
  );
};
process.stdout.write(`serve: ${COUNT} workloads of 1 KB, ${CONNECTIONS} connections\n`);
show('durable submissions', median(submits));
show('submit to completed', median(completions));
show('FastAPI no-op', peer);
fastApi.end();
await pons.stop();
