import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { servePons, type Served } from '../support/served.ts';
import { submit, waitForEnd, type Answer } from '../support/workload.ts';
import { fixtureProject } from './support/fixture-server.ts';

interface ApiState {
  readonly state: string;
  readonly reason: { readonly code: string; readonly message: string } | null;
}

const POLL_MS = 50;
const ERROR_MS = 60_000;
const PROJECT = fixtureProject('failing-start');
let running: Served | null = null;

test.after(async () => {
  await running?.stop();
});

async function waitForError(url: string): Promise<ApiState> {
  const lapsedAt = Date.now() + ERROR_MS;
  for (;;) {
    const state = (await (await fetch(url)).json()) as ApiState;
    if (state.state === 'error') return state;
    if (Date.now() > lapsedAt) throw new Error(`${url} is ${state.state} after ${ERROR_MS} ms`);
    await pause(POLL_MS);
  }
}

test('a constructor that raises puts its API into error, loses no workload, and its queue is served once it loads', async () => {
  running = await servePons(PROJECT);
  const { url, stateDir } = running;
  const early = await submit(`${url}/heals`, '"early"', 'application/json');
  const [heals, raises] = await Promise.all([waitForError(`${url}/heals`), waitForError(`${url}/raises`)]);

  assert.match(heals.reason?.message ?? '', 'RuntimeError: the model is not there yet');
  const { message } = raises.reason ?? { message: '' };
  assert.match(message, /JSONDecodeError/);
  assert.match(message, /raises\.py:10 in __init__: self\.model = load\(config\["model"\]\)/);
  assert.match(message, /raises\.py:5 in load: return json\.loads/);
  assert.not.match(message, /predictor_host|bridge\/python/);

  const readiness = await fetch(`${url}/readyz`);
  assert.is(readiness.status, 503);
  await readiness.body?.cancel();

  const late = await submit(`${url}/heals`, '"late"', 'application/json');
  for (const id of [early, late]) {
    const answer = (await (await fetch(`${url}/heals/${id}`)).json()) as Answer;
    assert.equal(answer, { id, status: 'in_queue' });
  }
  await running.stop();

  running = await servePons(PROJECT, { stateDir, env: { MODEL: 'model.bin' } });
  for (const [id, payload] of [
    [early, 'early'],
    [late, 'late'],
  ] as const) {
    const answer = await waitForEnd(`${running.url}/heals`, id);
    assert.equal(answer.result, { model: 'model.bin', payload });
  }
});

test.run();
