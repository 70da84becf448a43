import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject } from '../support/project.ts';
import { servePons } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const project = makeProject({
  'cortex.yaml': `- name: served
  kind: AsyncAPI
  predictor: {type: tensorflow, path: predictor.py, models: {path: model/}}
  compute: {gpu: 1}
  autoscaling: {min_replicas: 2}
`,
  'predictor.py':
    'class TensorFlowPredictor:\n    def __init__(self, tensorflow_client, config):\n        pass\n    def predict(self, payload):\n        return {}\n',
  'model/saved_model.pb': '',
  'model/variables/variables.index': '',
  'model/variables/variables.data-00000-of-00001': '',
});

test('an API whose models run on a server elsewhere is served on a machine without GPUs', async () => {
  const args = ['--tensorflow-serving', '127.0.0.1:1'];
  const served = await servePons(project, { args, env: { CUDA_VISIBLE_DEVICES: '' } });
  assert.is(await served.stop(), 0);
});

test('the server that is started for an API finds the GPUs of all its replicas', async () => {
  const folder = makeTempDir();
  const program = join(folder, 'tensorflow_model_server');
  // Serves nothing: what it prints is told.
  writeFileSync(program, '#!/bin/sh\necho "sees $CUDA_VISIBLE_DEVICES of $NVIDIA_VISIBLE_DEVICES" >&2\nexit 3\n');
  chmodSync(program, 0o755);
  const PATH = `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
  const args = ['serve', project, '--port', '0', '--state-dir', makeTempDir()];
  const { stdout, stderr } = await pons(args, { PATH, CUDA_VISIBLE_DEVICES: '4,5,6' });
  assert.match(stdout + stderr, /sees 4,5 of 4,5/, stderr);
});

test.run();
