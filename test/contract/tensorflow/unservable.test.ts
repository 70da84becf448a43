import { cpSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../../support/pons.ts';
import { makeProject } from '../../support/project.ts';
import { installTensorflow } from '../../support/tensorflow/installed.ts';
import { standInProgram } from '../../support/tensorflow/stand-in.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { fixtureFile } from '../support/model-project.ts';

const tensorflow = await installTensorflow();
const PATH = `${dirname(standInProgram(tensorflow))}${delimiter}${process.env['PATH'] ?? ''}`;

const CASES: readonly (readonly [model: string, says: string])[] = [
  ['several', 'has several signatures; set signature_key to one of "classify", "explain"'],
  ['no-signatures', 'is a SavedModel without a signature to serve; save it with one'],
];

for (const [model, says] of CASES) {
  test(`pons serve does not start, and ends with 2: a model that ${says}`, async () => {
    const api = `- name: api\n  kind: AsyncAPI\n  predictor:\n    type: tensorflow\n    path: iris.py\n    models:\n      path: model\n`;
    const project = makeProject({
      'cortex.yaml': api,
      'iris.py': fixtureFile('tensorflow/calls/iris.py'),
    });
    cpSync(join(tensorflow.models, model), join(project, 'model'), { recursive: true });
    const args = ['serve', project, '--port', '0', '--state-dir', makeTempDir()];
    const { code, stderr } = await pons(args, { PATH });
    assert.is(code, 2, stderr);
    assert.match(stderr, `the model (version 1) on this API's own tensorflow_model_server ${says}`);
    assert.match(stderr, 'PONS_ERR_MODELS_NOT_LOADED');
  });
}

test.run();
