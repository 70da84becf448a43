import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../../support/containers/engine.ts';
import { withEngine } from '../../support/containers/with-engine.ts';
import { notRun } from '../../support/not-run.ts';
import { withComposed, type Composed } from '../../support/package/composed.ts';
import { defaultPython } from '../../support/pythons.ts';
import { until } from '../../support/redis/until.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { installTensorflow, type Tensorflow } from '../../support/tensorflow/installed.ts';
import { predict } from '../../support/workload.ts';

const STAND_IN = fileURLToPath(new URL('../../support/tensorflow', import.meta.url));
/** Of the base image that the stand-in runs in. */
const PYTHON = '3.11';
const START_MS = 60_000;

const CORTEX_YAML = (image: string): string => `
- name: scaled
  kind: AsyncAPI
  predictor:
    type: tensorflow
    path: scaled.py
    models: {path: models/scale}
    shm_size: 96Mi
    tensorflow_serving_image: ${image}
`;
const PREDICTOR = `
import os


class TensorFlowPredictor:
    def __init__(self, tensorflow_client, config):
        self.client = tensorflow_client

    def predict(self, payload):
        shm = os.statvfs("/dev/shm")
        return {"y": list(self.client.predict(payload)["y"]), "shm": shm.f_blocks * shm.f_frsize}
`;

/** An image with a `tensorflow_model_server`, whose programs are mounted: TensorFlow is large. */
async function makeServingImage({ docker, prefix }: Engine): Promise<string> {
  const image = `${prefix}/serving:1`;
  const program = '#!/bin/sh\\nexec env PYTHONPATH=/opt/tensorflow python3 -B /opt/stand-in/server.py "$@"\\n';
  const lines = [
    `FROM python:${PYTHON}-slim-bookworm`,
    `RUN printf '${program}' > /usr/bin/tensorflow_model_server && chmod 755 /usr/bin/tensorflow_model_server`,
  ];
  await docker(['build', '--quiet', '--tag', image, '-'], { input: lines.join('\n') });
  return image;
}

function makeSource(image: string, { models }: Tensorflow): string {
  const source = join(makeTempDir(), 'serving');
  mkdirSync(source);
  writeFileSync(join(source, 'cortex.yaml'), CORTEX_YAML(image));
  writeFileSync(join(source, 'scaled.py'), PREDICTOR);
  cpSync(join(models, 'scale'), join(source, 'models/scale'), { recursive: true });
  return source;
}

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
    if (defaultPython.version !== PYTHON) {
      notRun(`TensorFlow Serving in a container: its stand-in is installed for Python ${defaultPython.version} here`);
      return;
    }
    const tensorflow = await installTensorflow();
    const packages = join(tensorflow.python, '../../lib', `python${PYTHON}`, 'site-packages');
    const mounts = [`${packages}:/opt/tensorflow:ro`, `${STAND_IN}:/opt/stand-in:ro`];
    const image = await makeServingImage(engine);
    const options = {
      source: makeSource(image, tensorflow),
      bases: ['tensorflow-predictor'],
      override: `services: {tensorflow-scaled: {volumes: ${JSON.stringify(mounts)}}}\n`,
    } as const;
    await withComposed(engine, options, async (composed) => {
      await answers(composed);
      await learnsOfChange(composed);
    });
  }));

test.run();
