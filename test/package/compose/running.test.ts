import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withEngine } from '../../support/containers/with-engine.ts';
import { ended } from '../../support/redis/ended.ts';
import { until } from '../../support/redis/until.ts';
import { withComposed, type Composed, type ComposedOptions } from '../../support/package/composed.ts';

interface Words {
  readonly words: number;
  readonly host: string;
  readonly uid: number;
  readonly key: string;
  readonly tool: string;
  readonly version: number;
}

const CLIENTS = 4;

const PROJECT: ComposedOptions = {
  source: fileURLToPath(new URL('../../fixtures/package/composed', import.meta.url)),
  bases: ['python-predictor-cpu'],
  // Nothing but the container holds this API to a limit.
  override: 'services: {api-hungry: {mem_limit: 300m}}\n',
};

async function submit({ url }: Composed, api: string, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/${api}`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.is(answer.status, 200);
  return ((await answer.json()) as { id: string }).id;
}

async function resultOf({ url }: Composed, api: string, id: string): Promise<Words> {
  const answer = await ended(`${url}/${api}/${id}`);
  assert.is(answer['status'], 'completed', JSON.stringify(answer));
  return answer['result'] as Words;
}

async function shares(composed: Composed): Promise<void> {
  const results: Words[] = [];
  const hosts = (): number => new Set(results.map(({ host }) => host)).size;
  // One that the machine kept waiting may come too late for the first of them.
  for (let round = 0; hosts() < 2 && round < 20; round += 1) {
    const ids = await Promise.all(
      Array.from({ length: 10 }, () => submit(composed, 'words', { text: 'a b', seconds: 0.2 })),
    );
    results.push(...(await Promise.all(ids.map((id) => resultOf(composed, 'words', id)))));
  }
  assert.is(hosts(), 2);
  const [first] = results;
  assert.equal([first?.words, first?.uid, first?.key, first?.tool], [2, 10_001, 'a secret', 'ran']);
}

async function chains(composed: Composed): Promise<void> {
  const id = await submit(composed, 'report', { text: 'one two three' });
  assert.equal(await resultOf(composed, 'report', id), { report: '3 words' });
}

async function survivesKill(composed: Composed, docker: (args: readonly string[]) => Promise<string>): Promise<void> {
  // Longer than it may take to see that it has begun.
  const id = await submit(composed, 'words', { text: 'a', seconds: 15 });
  const containers = await composed.containersOf('api-words');
  const running = await until(async () => {
    const logs = await Promise.all(containers.map((container) => docker(['logs', container])));
    return containers[logs.findIndex((log) => log.includes(`began ${id}`))] ?? null;
  });
  await docker(['kill', running]);
  const { host } = await resultOf(composed, 'words', id);
  assert.not(running.startsWith(host), 'the other one did it');
  await docker(['start', running]);
}

async function tellsOutOfMemory(composed: Composed): Promise<void> {
  const { url } = composed;
  const answer = await ended(`${url}/hungry/${await submit(composed, 'hungry', { mib: 500 })}`);
  assert.is(answer['status'], 'failed');
  assert.match(JSON.stringify(answer['error']), /PONS_ERR_PREDICTOR_OUT_OF_MEMORY/);
  assert.match(await composed.compose('logs', '--no-color', 'api-hungry'), /PONS_ERR_PREDICTOR_OUT_OF_MEMORY/);
  // The rest of the container has outlived it.
  assert.equal(await resultOf(composed, 'hungry', await submit(composed, 'hungry', { mib: 1 })), { taken: 1024 ** 2 });
}

async function isUpgraded(composed: Composed): Promise<void> {
  const ids: string[] = [];
  let isOver = false;
  const client = async (): Promise<void> => {
    while (!isOver) {
      const id = await submit(composed, 'words', { text: 'a', seconds: 0.05 });
      ids.push(id);
      await resultOf(composed, 'words', id);
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  const source = join(composed.project, 'words.py');
  writeFileSync(source, readFileSync(source, 'utf8').replace('VERSION = 1', 'VERSION = 2'));
  const upgrade = async (): Promise<void> => {
    await composed.build('words');
    await composed.compose('up', '-d', '--no-deps', 'api-words');
    const first = await resultOf(composed, 'words', await submit(composed, 'words', { text: 'a' }));
    assert.is(first.version, 2);
  };
  try {
    await Promise.race([upgrade(), clients]);
  } finally {
    isOver = true;
  }
  await clients;
  const versions = await Promise.all(ids.map(async (id) => (await resultOf(composed, 'words', id)).version));
  assert.equal([...new Set(versions)].sort(), [1, 2]);
}

test('what pons build and pons export compose make works: two replicas share a queue, APIs call each other, what takes too much memory is told, a killed container loses nothing, an upgrade fails no request', async () => {
  await withEngine(async (engine) => {
    await withComposed(engine, PROJECT, async (composed) => {
      await shares(composed);
      await chains(composed);
      await tellsOutOfMemory(composed);
      await survivesKill(composed, (args) => engine.docker(args));
      await isUpgraded(composed);
    });
  });
});

test.run();
