import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withEngine } from '../support/containers/with-engine.ts';
import { build } from '../support/package/built.ts';
import { makeStandInBase } from '../support/package/stand-in-base.ts';
import { pons } from '../support/pons.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';

const predictor = { 'predictor.py': predicting('return {}') };

/** Builds on an image of these labels; the engine is a stand-in whose builds fail. */
async function buildOn(labels: Readonly<Record<string, string>> | null) {
  const docker = `#!/bin/sh\ncase "$*" in buildx*) exit 0 ;; *Config.Labels*) echo '${JSON.stringify(labels)}' ;; *RepoDigests*) echo '[]' ;; build*) exit 9 ;; esac\n`;
  const bin = makeProject({ docker });
  chmodSync(join(bin, 'docker'), 0o755);
  const project = makeProject({ 'cortex.yaml': oneApi(['image: my/base:1']), ...predictor });
  return await pons(['build', project], { PATH: `${bin}:${process.env['PATH'] ?? ''}` });
}

const TITLE = 'org.opencontainers.image.title';

for (const labels of [
  { 'pons.predictor': 'onnx' },
  { 'pons.predictor': 'onnx', [TITLE]: 'pons/python-predictor-cpu' },
  { [TITLE]: 'pons/onnx-predictor-gpu' },
]) {
  test(`a base image with ${JSON.stringify(labels)} is not for a python predictor`, async () => {
    const ran = await buildOn(labels);
    assert.is(ran.code, 2);
    const words = 'The base image my/base:1 is made for onnx predictors, and the predictor.type of api is python.';
    assert.match(ran.stderr, words);
    assert.match(ran.stderr, 'PONS_ERR_BUILD_BASE_TYPE');
  });
}

for (const labels of [null, {}, { 'pons.predictor': 'python' }, { [TITLE]: 'pons/python-predictor-gpu' }]) {
  test(`a base image with ${JSON.stringify(labels)} may be one for a python predictor`, async () => {
    assert.match((await buildOn(labels)).stderr, 'PONS_ERR_BUILD_FAILED');
  });
}

test('what is built on an image for another type is told before a step runs', () =>
  withEngine(async (engine) => {
    const base = `${engine.prefix}/base-for-onnx:1`;
    const input = `FROM ${await makeStandInBase(engine)}\nLABEL pons.predictor=onnx ${TITLE}=mine\n`;
    await engine.docker(['build', '--quiet', '--tag', base, '-'], { input });
    const project = makeProject({ 'cortex.yaml': oneApi([`image: ${base}`]), ...predictor });
    const ran = await build(engine, project);
    assert.is(ran.code, 2, ran.stderr);
    assert.match(ran.stderr, `${base} is made for onnx predictors`);
  }));

test.run();
