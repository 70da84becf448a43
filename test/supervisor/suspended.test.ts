import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freeze } from '../support/processes.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { servePons, type Served } from '../support/served.ts';
import { submit, waitForEnd } from '../support/workload.ts';

const SUSPENDED_MS = 3000;

// Each run leaves a line, so that one which ran twice is seen.
const files = {
  'cortex.yaml': oneApi(),
  'predictor.py': predicting(
    'import os, time\nself.runs = getattr(self, "runs", 0) + 1\ntime.sleep(payload)\nreturn {"pid": os.getpid(), "runs": self.runs}',
  ),
};

async function serving<T>(act: (served: Served, api: string) => Promise<T>): Promise<T> {
  const served = await servePons(makeProject(files));
  try {
    return await act(served, `${served.url}/api`);
  } finally {
    await served.stop();
  }
}

const post = (api: string, seconds: number) => submit(api, JSON.stringify(seconds), 'application/json');

async function resultOf(api: string, id: string): Promise<{ readonly pid: number; readonly runs: number }> {
  const { status, result } = await waitForEnd(api, id);
  assert.is(status, 'completed');
  return result as { pid: number; runs: number };
}

async function suspended<T>(pid: number, act: () => Promise<T>): Promise<T> {
  freeze(pid);
  try {
    return await act();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

test('a supervisor that is suspended while workloads run and clients wait goes on where it was: nothing is lost, and nothing runs twice', () =>
  serving(async (served, api) => {
    const { pid } = await resultOf(api, await post(api, 0));
    const accepted = [await post(api, 1), await post(api, 0)];
    const waiting = await suspended(served.pid, async () => {
      const sent = [1, 2, 3, 4].map(() => post(api, 0));
      await pause(SUSPENDED_MS);
      return sent;
    });
    const ids = [...accepted, ...(await Promise.all(waiting))];
    const results = await Promise.all(ids.map((id) => resultOf(api, id)));
    assert.ok(results.every((result) => result.pid === pid));
    assert.equal(results.map(({ runs }) => runs).sort(), [2, 3, 4, 5, 6, 7]);
  }));

test('a predictor process that is suspended is neither taken for dead nor asked twice', () =>
  serving(async (_served, api) => {
    const { pid } = await resultOf(api, await post(api, 0));
    const id = await suspended(pid, async () => {
      const submitted = await post(api, 0);
      await pause(SUSPENDED_MS);
      const { status } = (await (await fetch(`${api}/${submitted}`)).json()) as { status: string };
      assert.is(status, 'in_progress');
      return submitted;
    });
    assert.equal(await resultOf(api, id), { pid, runs: 2 });
  }));

test.run();
