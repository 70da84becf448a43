import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { makeNotes } from '../support/redis/notes.ts';
import { isAlive, waitForDeaths } from '../support/processes.ts';
import { until } from '../support/redis/until.ts';
import { servePons, type Served } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { DEATH_BY_SIGKILL, submit, waitForEnd, type Answer } from '../support/workload.ts';

interface ApiState {
  readonly state: string;
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly processes: readonly { readonly pid: number | null }[];
  readonly queue: { readonly in_queue: number; readonly in_progress: number };
}

async function serving<T>(
  files: Record<string, string>,
  act: (served: Served) => Promise<T>,
  stateDir = makeTempDir(),
): Promise<T> {
  const served = await servePons(makeProject(files), { stateDir });
  try {
    return await act(served);
  } finally {
    await served.stop();
  }
}

function post(served: Served, payload: unknown, id?: string): Promise<string> {
  const headers = id === undefined ? {} : { 'x-request-id': id };
  return submit(`${served.url}/api`, JSON.stringify(payload), 'application/json', headers);
}

function end(served: Served, id: string): Promise<Answer> {
  return waitForEnd(`${served.url}/api`, id);
}

async function stateOf(served: Served): Promise<ApiState> {
  return (await (await fetch(`${served.url}/api`)).json()) as ApiState;
}

async function waitForState(served: Served, fits: (state: ApiState) => boolean): Promise<ApiState> {
  const lapsedAt = Date.now() + 60_000;
  for (;;) {
    const state = await stateOf(served);
    if (fits(state)) return state;
    if (Date.now() > lapsedAt) throw new Error(`the API stayed ${JSON.stringify(state)}`);
    await pause(20);
  }
}

const sleeper = predicting(
  'import subprocess, time\na = subprocess.Popen(["sleep", "300"])\nb = subprocess.Popen(["sleep", "300"], start_new_session=True)\nopen("/dev/stderr", "w").write("pids %d %d\\n" % (a.pid, b.pid))\ntime.sleep(payload)\nreturn {"slept": payload}',
);

function pidsIn(lines: readonly string[]): number[] {
  const found = /pids (\d+) (\d+)/.exec(lines.join('\n'));
  return found === null ? [] : [Number(found[1]), Number(found[2])];
}

async function waitForPids(served: Served): Promise<number[]> {
  const lapsedAt = Date.now() + 60_000;
  while (pidsIn(served.lines).length === 0) {
    if (Date.now() > lapsedAt) throw new Error('no pids were printed');
    await pause(20);
  }
  return pidsIn(served.lines);
}

/** Resolves when it has been told to stop and has said so. */
async function waitForStopping(served: Served): Promise<void> {
  const lapsedAt = Date.now() + 60_000;
  while (!served.lines.some((line) => line.includes('stopping'))) {
    if (Date.now() > lapsedAt) throw new Error('it does not stop');
    await pause(10);
  }
}

/** A predict that waits until the file is there that its payload names, if any. */
const gated = predicting(
  'while payload and not os.path.exists(payload):\n    time.sleep(0.02)\nreturn {"waited": bool(payload)}',
  'import os, time',
);

test('SIGKILL of the supervisor leaves no process behind, and the next one serves what was queued and running', async () => {
  const stateDir = makeTempDir();
  const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': sleeper });
  const first = await servePons(project, { stateDir });
  const running = await post(first, 1);
  const queued = await post(first, 0);
  const started = await waitForPids(first);
  const { processes } = await stateOf(first);
  const pids = [...started, ...processes.flatMap(({ pid }) => pid ?? [])];
  assert.ok(pids.every(isAlive));
  process.kill(first.pid, 'SIGKILL');
  await waitForDeaths(pids, 30_000);
  await first.stop();
  const second = await servePons(project, { stateDir });
  try {
    assert.equal((await end(second, running)).result, { slept: 1 });
    assert.equal((await end(second, queued)).result, { slept: 0 });
  } finally {
    await second.stop();
  }
});

test('SIGTERM lets the workload in flight finish; what is queued is served after the next start', async () => {
  const stateDir = makeTempDir();
  const gate = join(makeNotes(), 'open');
  const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': gated });
  const first = await servePons(project, { stateDir });
  const running = await post(first, gate);
  await waitForState(first, ({ queue }) => queue.in_progress === 1);
  const queued = await post(first, null);
  const stopped = first.stop();
  await waitForStopping(first);
  writeFileSync(gate, '');
  assert.is(await stopped, 0);
  const second = await servePons(project, { stateDir });
  try {
    const answer = await end(second, running);
    assert.equal(answer.result, { waited: true });
    assert.not(second.lines.some((line) => line.includes('cut off')));
    assert.equal((await end(second, queued)).result, { waited: false });
  } finally {
    await second.stop();
  }
});

test('a second signal stops at once and gives the workload in flight back', async () => {
  const stateDir = makeTempDir();
  const source = predicting(
    'import os, time\nif not os.path.exists(self.config["flag"]):\n    open(self.config["flag"], "w").close()\n    time.sleep(600)\nreturn {"ok": True}',
  );
  const flag = join(makeNotes(), 'flag');
  const project = makeProject({ 'cortex.yaml': oneApi([`config: {flag: ${flag}}`]), 'predictor.py': source });
  const first = await servePons(project, { stateDir });
  const id = await post(first, null);
  // Not only given out: a run that was cut off before it left its flag would be taken for the first one again.
  await until(() => Promise.resolve(existsSync(flag) || null));
  process.kill(first.pid, 'SIGTERM');
  await waitForStopping(first);
  assert.is(await first.stop(), 0);
  const second = await servePons(project, { stateDir });
  try {
    const answer = await end(second, id);
    assert.is(answer.status, 'completed');
  } finally {
    await second.stop();
  }
});

test('a workload in flight that waits for another API is not left waiting by a stop, whatever else is queued there', async () => {
  const api = (name: string): string =>
    `- name: ${name}\n  kind: AsyncAPI\n  predictor: {type: python, path: ${name}.py}\n`;
  const gate = join(makeNotes(), 'open');
  const parent = predicting(
    `
def call(path, data=None):
    request = urllib.request.Request("http://api-child:8888" + path, data, {"content-type": "application/json"})
    return json.load(urllib.request.urlopen(request))
while not os.path.exists("${gate}"):
    time.sleep(0.02)
id = call("/predict", b'"for the parent"')["id"]
while True:
    answer = call("/predict/" + id)
    if answer["status"] == "completed":
        return {"child": answer["result"]}
    time.sleep(0.05)
`,
    'import json, os, time, urllib.request',
  );
  const child = predicting('import time\ntime.sleep(0.2)\nreturn {"got": payload}');
  const project = makeProject({ 'cortex.yaml': api('parent') + api('child'), 'parent.py': parent, 'child.py': child });
  const stateDir = makeTempDir();
  const first = await servePons(project, { stateDir });
  const id = await submit(`${first.url}/parent`, '1', 'application/json');
  for (let count = 0; count < 100; count++) await submit(`${first.url}/child`, String(count), 'application/json');
  await until(async () => {
    const { status } = (await (await fetch(`${first.url}/parent/${id}`)).json()) as Answer;
    return status === 'in_progress' ? true : null;
  });
  const stopped = first.stop();
  await waitForStopping(first);
  writeFileSync(gate, '');
  assert.is(await stopped, 0);
  const second = await servePons(project, { stateDir });
  try {
    assert.equal((await waitForEnd(`${second.url}/parent`, id)).result, { child: { got: 'for the parent' } });
    // It had ended before the stop did: nothing was cut off, and nothing ran again.
    assert.not(second.lines.some((line) => line.includes('cut off')));
  } finally {
    await second.stop();
  }
});

test('two supervisors cannot share a state folder, and the second names the pid of the first', () =>
  serving({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') }, async (served) => {
    const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });
    try {
      await (await servePons(project, { stateDir: served.stateDir })).stop();
      assert.unreachable('the second one served');
    } catch (error) {
      assert.match(String(error), new RegExp(`PONS_ERR_STATE_LOCKED`));
      assert.match(String(error), new RegExp(`\\b${served.pid}\\b`));
      assert.match(String(error), /ended with 2/);
    }
  }));

test('a workload that kills its process fails after three attempts, with the reason of each; others are served', () =>
  serving(
    {
      'cortex.yaml': oneApi(),
      'predictor.py': predicting(
        'import os, signal\nif payload == "poison": os.kill(os.getpid(), signal.SIGKILL)\nreturn {"got": payload}',
      ),
    },
    async (served) => {
      const poison = await post(served, 'poison');
      const fine = await Promise.all([1, 2, 3].map((n) => post(served, n)));
      const answer = await end(served, poison);
      assert.is(answer.status, 'failed');
      assert.is(answer.error?.code, 'PONS_ERR_WORKLOAD_ATTEMPTS');
      assert.is(answer.error?.message.match(DEATH_BY_SIGKILL)?.length, 3);
      for (const [at, id] of fine.entries()) assert.equal((await end(served, id)).result, { got: at + 1 });
    },
  ));

test('a poisonous workload in a process of many threads is found, and no innocent is blamed', () =>
  serving(
    {
      'cortex.yaml': oneApi(['threads_per_process: 4']),
      'predictor.py': predicting(
        'import os, time\nif payload == "poison": os._exit(9)\ntime.sleep(0.05)\nreturn {"got": payload}',
      ),
    },
    async (served) => {
      const ids = await Promise.all(
        ['a', 'poison', 'b', 'c', 'd', 'e'].map((payload) => post(served, payload, payload)),
      );
      const statuses = await Promise.all(ids.map(async (id) => [id, (await end(served, id)).status]));
      assert.equal(
        statuses.filter(([, status]) => status !== 'completed'),
        [['poison', 'failed']],
      );
    },
  ));

test('the slots of one process share the instance and run at once', () =>
  serving(
    {
      'cortex.yaml': oneApi(['threads_per_process: 4']),
      'predictor.py': predicting('self.barrier.wait(30)\nreturn {"instance": id(self)}', 'import threading').replace(
        'self.config = config',
        'self.barrier = threading.Barrier(4)',
      ),
    },
    async (served) => {
      const ids = await Promise.all([1, 2, 3, 4].map((n) => post(served, n)));
      const results = await Promise.all(ids.map(async (id) => JSON.stringify((await end(served, id)).result)));
      assert.is(new Set(results).size, 1);
    },
  ));

test('an API has min_replicas times processes_per_replica processes, and a waiting workload goes to the first that is free', () =>
  serving(
    {
      'cortex.yaml': `${oneApi(['processes_per_replica: 2'])}  autoscaling: {min_replicas: 2}\n`,
      'predictor.py': gated,
    },
    async (served) => {
      const gate = join(makeNotes(), 'open');
      await waitForState(served, ({ processes }) => processes.every(({ pid }) => pid !== null));
      const { processes } = await stateOf(served);
      assert.is(new Set(processes.map(({ pid }) => pid)).size, 4);
      // Three processes are held; what comes after must all run in the fourth.
      const held = await Promise.all([1, 2, 3].map(() => post(served, gate)));
      await waitForState(served, ({ queue }) => queue.in_progress === 3);
      const quick = await Promise.all(Array.from({ length: 10 }, () => post(served, null)));
      for (const id of quick) assert.is((await end(served, id)).status, 'completed');
      for (const id of held)
        assert.is(((await (await fetch(`${served.url}/api/${id}`)).json()) as Answer).status, 'in_progress');
      writeFileSync(gate, '');
      for (const id of held) assert.equal((await end(served, id)).result, { waited: true });
    },
  ));

test('why the last start has failed is shown while the next one goes on', () => {
  const notes = makeNotes();
  const init = `
        gate = "${join(notes, 'open')}"
        if os.path.exists("${join(notes, 'tried')}"):
            while not os.path.exists(gate):
                time.sleep(0.02)
        else:
            open("${join(notes, 'tried')}", "w").close()
            raise RuntimeError("no model")`;
  return serving(
    {
      'cortex.yaml': oneApi(),
      'predictor.py': predicting('return {}', 'import os, time').replace('self.config = config', init.trimStart()),
    },
    async (served) => {
      const { state, reason } = await waitForState(served, (api) => api.reason !== null);
      assert.is(state, 'loading');
      assert.is(reason?.code, 'PONS_ERR_PREDICTOR_LOAD');
      writeFileSync(join(notes, 'open'), '');
      assert.is((await waitForState(served, (api) => api.state === 'live')).reason, null);
    },
  );
});

test('an __init__ that raises five times in a row puts the API in error, which accepts and loses nothing', () =>
  serving(
    {
      'cortex.yaml': oneApi(),
      'predictor.py': predicting('return {}').replace('self.config = config', 'raise RuntimeError("no model")'),
    },
    async (served) => {
      const { reason } = await waitForState(served, ({ state }) => state === 'error');
      assert.is(reason?.code, 'PONS_ERR_PREDICTOR_LOAD');
      assert.is(served.lines.filter((line) => line.includes('the API is in state error now')).length, 1);
      assert.match(reason?.message ?? '', /__init__ raised RuntimeError: no model\n {2}predictor\.py:4 in __init__/);
      assert.is((await fetch(`${served.url}/readyz`)).status, 503);
      const id = await post(served, 1);
      const answer = (await (await fetch(`${served.url}/api/${id}`)).json()) as Answer;
      assert.is(answer.status, 'in_queue');
    },
  ));

test('a cancelled workload ends as cancelled, also while it runs, and the next one is served', () =>
  serving(
    {
      'cortex.yaml': oneApi(),
      'predictor.py': predicting('import time\ntime.sleep(payload)\nreturn {"slept": payload}'),
    },
    async (served) => {
      const running = await post(served, 600);
      await waitForState(served, ({ queue }) => queue.in_progress === 1);
      const next = await post(served, 0);
      const response = await fetch(`${served.url}/api/${running}`, { method: 'DELETE' });
      assert.is(response.status, 200);
      assert.is((await end(served, running)).status, 'cancelled');
      assert.equal((await end(served, next)).result, { slept: 0 });
    },
  ));

test.run();
