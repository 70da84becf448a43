import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { submit, waitForEnd } from '../../support/workload.ts';
import { ask, askProcesses } from '../support/ask.ts';
import { serveForAllTests } from '../support/fixture-server.ts';
import { modelProject } from '../support/model-project.ts';
import { recordWhere, requestOf } from '../support/records.ts';
import { send } from '../support/send.ts';

const server = serveForAllTests(
  modelProject('onnx/processes', {
    'models/times/1/times.onnx': 'times-2',
    'models/large.onnx': 'large',
    'models/slow.onnx': 'slow',
  }),
);
/** Seconds of work, after which onnxruntime is done: nothing can end a run before. */
const MANY_ROUNDS = 1200;
/** What the model `large` is in memory; a bare Python with its host is a tenth of it. */
const LARGE_MEGABYTES = 128;

/** Submits a call of the slow model; resolves to its id when the predictor is about to make it. */
async function begin(api: string, rounds: number): Promise<string> {
  const id = await submit(server.api(api), JSON.stringify({ rounds }), 'application/json');
  await waitForLog(id, 'calls the model');
  return id;
}

async function waitForLog(id: string, message: string): Promise<void> {
  await recordWhere(server, (record) => requestOf(record) === id && record['message'] === message, message);
}

async function cancel(api: string, id: string): Promise<void> {
  const answer = await send('DELETE', `${server.api(api)}/${id}`);
  assert.equal([answer.status, JSON.parse(answer.text)], [200, { id, status: 'cancelled' }]);
}

test('the threads of a process call a model at the same time, each with its own numbers', async () => {
  for (let round = 0; round < 5; round += 1) {
    const inputs = [1, 2, 3, 4].map((number) => [number, round]);
    const results = await Promise.all(inputs.map((input) => ask(server.api('threads'), input)));
    assert.equal(
      results.map(({ product }) => product),
      inputs.map((input) => input.map((number) => number * 2)),
    );
    assert.is(new Set(results.map(({ thread }) => thread)).size, 4);
  }
});

test('the processes of a replica share one model, which none of them holds', async () => {
  interface Shared {
    readonly one: number;
    readonly pid: number;
    readonly megabytes: number;
  }
  const results = await askProcesses<Shared>(server.api('shared'), 2, 7);
  assert.is(new Set(results.map(({ pid }) => pid)).size, 2);
  for (const { one, megabytes } of results) {
    assert.is(one, 1);
    assert.ok(megabytes < LARGE_MEGABYTES / 2, `${megabytes} MB`);
  }
  const status = readFileSync(`/proc/${server.served.pid}/status`, 'utf8');
  assert.ok(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024 > LARGE_MEGABYTES);
});

test('DELETE ends a workload in the middle of a slow model call, and the same process serves the next one', async () => {
  const before = await ask(server.api('slow'), { rounds: 1 });
  assert.is(before['done'], 1);
  const id = await begin('slow', MANY_ROUNDS);
  await cancel('slow', id);
  await waitForLog(id, 'leaves the model');
  assert.equal(await waitForEnd(server.api('slow'), id), { id, status: 'cancelled' });
  assert.equal(await ask(server.api('slow'), { rounds: 2 }), { done: 2, pid: before['pid'] });
});

test('DELETE ends one call of several threads, and the call that waits for the model behind it is made', async () => {
  const api = 'slow-threads';
  const first = await begin(api, MANY_ROUNDS);
  const second = await begin(api, 3);
  await cancel(api, first);
  const { status, result } = await waitForEnd(server.api(api), second);
  assert.is(status, 'completed');
  assert.is((result as { done: number }).done, 3);
});

test('DELETE ends a call that waits for the model behind another one, which goes on', async () => {
  const api = 'slow-threads';
  const first = await begin(api, 60);
  const second = await begin(api, MANY_ROUNDS);
  await cancel(api, second);
  assert.is((await waitForEnd(server.api(api), first)).status, 'completed');
  assert.is((await ask(server.api(api), { rounds: 4 }))['done'], 4);
});

test.run();
