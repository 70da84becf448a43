import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { waitForDeaths } from '../../support/processes.ts';
import { until } from '../../support/redis/until.ts';
import { servePons, type Served } from '../../support/served.ts';
import { submit } from '../../support/workload.ts';
import { ask } from '../support/ask.ts';
import { modelProject, placeModel } from '../support/model-project.ts';
import { recordWhere, requestOf } from '../support/records.ts';

const CALLS = `
import os, time

class ONNXPredictor:
    def __init__(self, onnx_client, config):
        self.client = onnx_client

    def predict(self, payload):
        (product,) = self.client.predict([payload["number"]], "times")
        if "rounds" in payload:
            print("calls the model in", os.getpid(), flush=True)
            self.client.predict(payload["rounds"], "slow")
        return {"product": float(product[0]), "pid": os.getpid()}
`;
const CONFIGURATION = `
- name: calls
  kind: AsyncAPI
  predictor:
    type: onnx
    path: calls.py
    processes_per_replica: 3
    threads_per_process: 2
    models:
      dir: models
      reload_interval: 200ms
`;
const MODELS = { 'models/times/1/times.onnx': 'times-2', 'models/slow/1/slow.onnx': 'slow' };
/** Seconds of work. */
const MANY_ROUNDS = 400;
const GONE_MS = 60_000;
const FOLLOW_MS = 60_000;

interface Product {
  readonly product: number;
  readonly pid: number;
}

function projectOfCalls(): string {
  return modelProject('onnx/processes', MODELS, { 'cortex.yaml': CONFIGURATION, 'calls.py': CALLS });
}

/** How many connections the lanes of a server have. Source: proc(5), `/proc/net/unix`, where 03 is connected */
function connected({ stateDir }: Served): number {
  const lines = readFileSync('/proc/net/unix', 'utf8').split('\n');
  return lines.filter((line) => line.includes(join(stateDir, 'run', 'lanes')) && / 03 +\d+ /.test(line)).length;
}

/** The sockets, and beside each one a file for each handle that was given. */
function lanesOf({ stateDir }: Served): string[] {
  return readdirSync(join(stateDir, 'run', 'lanes'));
}

async function withServed(project: string, act: (served: Served) => Promise<void>, stateDir?: string): Promise<void> {
  const served = await servePons(project, stateDir === undefined ? {} : { stateDir });
  try {
    await act(served);
  } finally {
    await served.stop();
  }
}

const times = (served: Served, number: number, more: object = {}): Promise<Product> =>
  ask<Product>(`${served.url}/calls`, { number, ...more });

if (process.platform === 'linux') {
  test('each process that calls a model is connected to the process of that model', async () => {
    await withServed(projectOfCalls(), async (served) => {
      assert.is(connected(served), 0);
      const pids = new Set<number>();
      for (let round = 0; round < 50 && pids.size < 3; round++) {
        const products = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => times(served, number)));
        assert.equal(
          products.map(({ product }) => product),
          [2, 4, 6, 8, 10, 12],
        );
        for (const { pid } of products) pids.add(pid);
      }
      // Of two threads that connect at the same time the slower one lets go again, which the process of the model sees later.
      await until(() => Promise.resolve(connected(served) <= pids.size ? true : null));
      assert.is(connected(served), pids.size);
    });
  });

  test('a process that is killed in a call takes neither the model nor the other processes with it', async () => {
    await withServed(projectOfCalls(), async (served) => {
      const payload = JSON.stringify({ number: 1, rounds: MANY_ROUNDS });
      const id = await submit(`${served.url}/calls`, payload, 'application/json');
      const { message } = await recordWhere(
        { served },
        (record) => requestOf(record) === id && String(record['message']).startsWith('calls the model in '),
        'of the call',
      );
      process.kill(Number(String(message).split(' ').pop()), 'SIGKILL');
      const products = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => times(served, number)));
      assert.equal(
        products.map(({ product }) => product),
        [2, 4, 6, 8, 10, 12],
      );
    });
  });
}

test('a new version takes over under load, and none of the calls of several processes fails', async () => {
  const project = projectOfCalls();
  await withServed(project, async (served) => {
    const lapsedAt = Date.now() + FOLLOW_MS;
    const waiting: (readonly [path: string, name: string])[] = [
      ['models/times/2/times.onnx', 'times-3'],
      ['models/times/3/times.onnx', 'times-10'],
    ];
    let factors = [2];
    while (factors.some((factor) => factor !== 10)) {
      const next = new Set(factors).size === 1 && waiting.length === (factors[0] === 2 ? 2 : 1) && waiting.shift();
      if (next) placeModel(project, ...next);
      const products = await Promise.all(Array.from({ length: 40 }, () => times(served, 1)));
      factors = products.map(({ product }) => product);
      assert.ok(factors.every((factor) => [2, 3, 10].includes(factor)));
      assert.ok(Date.now() < lapsedAt, `it still answers ${factors.join()}`);
    }
  });
});

test('a supervisor that is killed leaves nothing that grows from start to start', async () => {
  const project = projectOfCalls();
  const served = await servePons(project);
  await times(served, 1);
  const before = lanesOf(served);
  assert.equal([before.filter((name) => /^\d+\.0$/.test(name)).length, before.length], [2, 3]);
  process.kill(served.pid, 'SIGKILL');
  await waitForDeaths([served.pid], GONE_MS);
  await withServed(
    project,
    async (again) => {
      assert.is((await times(again, 1)).product, 2);
      assert.is(lanesOf(again).length, before.length);
    },
    served.stateDir,
  );
});

test.run();
