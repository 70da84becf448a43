import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withEngine } from '../support/containers/with-engine.ts';
import { build } from '../support/package/built.ts';
import { makeStandInBase } from '../support/package/stand-in-base.ts';
import { pons, type Ran } from '../support/pons.ts';
import { makeProject, predicting } from '../support/project.ts';

const PREDICTORS = {
  python: 'type: python',
  tensorflow: 'type: tensorflow, models: {path: m}',
  onnx: 'type: onnx, models: {path: m.onnx}',
};
type Type = keyof typeof PREDICTORS;

/** A project with one API of this type, on a base image of its own. */
function projectOn(image: string, type: Type): string {
  return makeProject({
    'cortex.yaml': `- {name: api, kind: AsyncAPI, predictor: {path: p.py, image: "${image}", ${PREDICTORS[type]}}}\n`,
    'p.py': predicting('return {}'),
    'm.onnx': '',
    'm/1/saved_model.pb': '',
  });
}

/** Builds on an image of these labels; the engine is a stand-in whose builds fail. */
async function buildOn(labels: Readonly<Record<string, string>> | null, type: Type): Promise<Ran> {
  const docker = `#!/bin/sh\ncase "$*" in buildx*) exit 0 ;; *Config.Labels*) echo '${JSON.stringify(labels)}' ;; *RepoDigests*) echo '[]' ;; build*) exit 9 ;; esac\n`;
  const bin = makeProject({ docker });
  chmodSync(join(bin, 'docker'), 0o755);
  return await pons(['build', projectOn('my/base:1', type)], { PATH: `${bin}:${process.env['PATH'] ?? ''}` });
}

const TITLE = 'org.opencontainers.image.title';

for (const [made, labels] of [
  ['python', { 'pons.predictor': 'python' }],
  ['tensorflow', { 'pons.predictor': 'tensorflow', [TITLE]: 'pons/onnx-predictor-cpu' }],
  ['python', { [TITLE]: 'pons/python-predictor-gpu' }],
] as const) {
  test(`a base image with ${JSON.stringify(labels)} is not for an onnx predictor`, async () => {
    const ran = await buildOn(labels, 'onnx');
    assert.is(ran.code, 2);
    assert.match(ran.stderr, `The base image my/base:1 is made for ${made} predictors, without ONNX Runtime`);
    assert.match(ran.stderr, 'PONS_ERR_BUILD_BASE_TYPE');
  });
}

const permitted: [Type, Readonly<Record<string, string>> | null][] = [
  ['onnx', null],
  ['onnx', {}],
  ['onnx', { 'pons.predictor': 'onnx', [TITLE]: 'pons/python-predictor-cpu' }],
  ['onnx', { [TITLE]: 'pons/onnx-predictor-gpu' }],
  ['python', { 'pons.predictor': 'onnx' }],
  ['python', { [TITLE]: 'pons/onnx-predictor-gpu' }],
  ['python', { 'pons.predictor': 'tensorflow' }],
  ['tensorflow', { 'pons.predictor': 'onnx' }],
  ['tensorflow', { 'pons.predictor': 'python' }],
];
for (const [type, labels] of permitted) {
  test(`a base image with ${JSON.stringify(labels)} may be one for a predictor of type ${type}`, async () => {
    assert.match((await buildOn(labels, type)).stderr, 'PONS_ERR_BUILD_FAILED');
  });
}

test('an onnx predictor is told of the base that has no ONNX Runtime before a step runs, and a python predictor is built on any', () =>
  withEngine(async (engine) => {
    const from = await makeStandInBase(engine);
    const [ofPython, ofOnnx] = [`${engine.prefix}/base-for-python:1`, `${engine.prefix}/base-for-onnx:1`];
    for (const [image, type] of [
      [ofPython, 'python'],
      [ofOnnx, 'onnx'],
    ] as const) {
      const input = `FROM ${from}\nLABEL pons.predictor=${type} ${TITLE}=mine\n`;
      await engine.docker(['build', '--quiet', '--tag', image, '-'], { input });
    }
    const refused = await build(engine, projectOn(ofPython, 'onnx'));
    assert.is(refused.code, 2, refused.stderr);
    assert.match(refused.stderr, `${ofPython} is made for python predictors`);
    const built = await build(engine, projectOn(ofOnnx, 'python'));
    assert.is(built.code, 0, built.stderr);
  }));

test.run();
