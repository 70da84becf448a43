import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { notRun } from '../support/not-run.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { isAlive } from '../support/processes.ts';
import { servePons, type Served } from '../support/served.ts';
import { denyFiles, denyProcesses, type Lift } from '../support/shortage.ts';
import { submit, waitForEnd, type Answer } from '../support/workload.ts';

interface ApiState {
  readonly state: string;
  readonly reason: { readonly code: string; readonly message: string; readonly fix: string } | null;
  readonly processes: readonly { readonly pid: number | null }[];
}

const POLL_MS = 50;
const WAIT_MS = 60_000;
const PROJECT = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {"got": payload}') });

async function until<T>(what: string, look: () => T | null | Promise<T | null>): Promise<T> {
  for (const lapsedAt = Date.now() + WAIT_MS; ;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > lapsedAt) throw new Error(`${what}: not within ${WAIT_MS} ms`);
    await pause(POLL_MS);
  }
}

async function stateOf({ url }: Served): Promise<ApiState> {
  return (await (await fetch(`${url}/api`)).json()) as ApiState;
}

async function whenIn(served: Served, wanted: string): Promise<ApiState> {
  return await until(`the API is ${wanted}`, async () => {
    const now = await stateOf(served);
    return now.state === wanted ? now : null;
  });
}

/** Ends the predictor process, which has no other one in its place while `deny` holds. */
async function lose(served: Served): Promise<void> {
  const { processes } = await stateOf(served);
  process.kill(processes[0]?.pid ?? 0, 'SIGKILL');
}

/** The failed starts that the log tells of. */
function failures({ lines }: Served, code: string): string[] {
  return lines.filter((line) => line.includes(code) && line.includes('Next try in'));
}

async function attempts({ url }: Served): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^pons_attempts_total\{.*\} (\d+)/m.exec(text)?.[1]);
}

test('an API whose process the system has no slot for says so, keeps its queue, and goes on by itself when there is one', async () => {
  const served = await servePons(PROJECT);
  let lift: Lift | null = null;
  try {
    await whenIn(served, 'live');
    lift = denyProcesses(served.pid);
    if (lift === null) {
      notRun('root, of whom the kernel counts no processes, may make no control group here');
      return;
    }
    await lose(served);
    const { reason } = await whenIn(served, 'error');
    assert.is(reason?.code, 'PONS_ERR_MACHINE_NO_PROCESSES');
    assert.match(reason?.message ?? '', /^A predictor process could not be started.*EAGAIN/);
    assert.match(reason?.fix ?? '', /ulimit -u/);
    const readiness = await fetch(`${served.url}/readyz`);
    assert.is(readiness.status, 503);
    assert.match(await readiness.text(), 'PONS_ERR_MACHINE_NO_PROCESSES');
    const id = await submit(`${served.url}/api`, '"early"', 'application/json');
    // An API whose predictor fails would wait five minutes by now.
    const before = failures(served, 'PONS_ERR_MACHINE_NO_PROCESSES').length;
    await until('one more try', () => failures(served, 'PONS_ERR_MACHINE_NO_PROCESSES').length > before || null);
    const waiting = (await (await fetch(`${served.url}/api/${id}`)).json()) as Answer;
    assert.equal(waiting, { id, status: 'in_queue' });
    await lift();
    lift = null;
    assert.equal((await waitForEnd(`${served.url}/api`, id, POLL_MS)).result, { got: 'early' });
    assert.is(await attempts(served), 1);
    assert.is((await stateOf(served)).reason, null);
  } finally {
    await lift?.();
    await served.stop();
  }
});

test('a Pons that may open no more files lives on, says so, and starts the process when it may', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: the open files of a process cannot be limited from outside');
    return;
  }
  const served = await servePons(PROJECT);
  let lift: Lift | null = null;
  try {
    await whenIn(served, 'live');
    const id = await submit(`${served.url}/api`, '"before"', 'application/json');
    await waitForEnd(`${served.url}/api`, id);
    const { processes } = await stateOf(served);
    lift = denyFiles(served.pid);
    process.kill(processes[0]?.pid ?? 0, 'SIGKILL');
    // No connection can be made to it meanwhile.
    const told = await until('three tries', () => {
      const lines = failures(served, 'PONS_ERR_MACHINE_NO_FILES');
      return lines.length >= 3 ? lines : null;
    });
    assert.ok(told.every((line) => line.includes('EMFILE')));
    assert.ok(isAlive(served.pid));
    await lift();
    lift = null;
    await whenIn(served, 'live');
    const later = await submit(`${served.url}/api`, '"after"', 'application/json');
    assert.equal((await waitForEnd(`${served.url}/api`, later)).result, { got: 'after' });
  } finally {
    await lift?.();
    await served.stop();
  }
});

test.run();
