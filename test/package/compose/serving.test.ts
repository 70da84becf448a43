import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withEngine } from '../../support/containers/with-engine.ts';
import { notRun } from '../../support/not-run.ts';
import { withComposed, type Composed } from '../../support/package/composed.ts';
import { until } from '../../support/redis/until.ts';
import { makeScaledProject, servingImage } from '../../support/tensorflow/serving-image.ts';
import { predict } from '../../support/workload.ts';

const START_MS = 120_000;

async function answers({ url }: Composed): Promise<void> {
  const { y, shm } = (await predict(`${url}/scaled`, '{"x": [1, 2.5]}', 'application/json')) as Answer;
  assert.equal(y, [2, 5]);
  assert.is(shm, 96 * 1024 ** 2);
}

interface Answer {
  readonly y: readonly number[];
  readonly shm: number;
}

/** The gateway learns of it by being replaced, which the export says it has to be; what has read nothing new goes on. */
async function learnsOfChange(composed: Composed): Promise<void> {
  const serving = await composed.containersOf('tensorflow-scaled');
  const file = join(composed.project, 'cortex.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}  networking: {endpoint: /elsewhere}\n`);
  await composed.export();
  await composed.compose('up', '-d');
  const answered = await until(async () => {
    const given = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"x": [1]}' };
    const signal = AbortSignal.timeout(2000);
    return fetch(`${composed.url}/elsewhere`, { ...given, signal }).catch(() => null);
  }, START_MS);
  assert.is(answered.status, 200);
  assert.equal(await composed.containersOf('tensorflow-scaled'), serving);
}

test('TensorFlow Serving runs beside its API, with the models of the project, and a gateway learns of a changed configuration', () =>
  withEngine(async (engine) => {
    const serving = await servingImage(engine);
    if (typeof serving === 'string') {
      notRun(serving);
      return;
    }
    const mounts = Object.entries(serving.folders).map(([place, folder]) => `${folder}:${place}:ro`);
    const options = {
      source: makeScaledProject(serving, ['shm_size: 96Mi']),
      bases: ['tensorflow-predictor'],
      override: `services: {tensorflow-scaled: {volumes: ${JSON.stringify(mounts)}}}\n`,
    } as const;
    await withComposed(engine, options, async (composed) => {
      await answers(composed);
      await learnsOfChange(composed);
    });
  }));

test.run();
