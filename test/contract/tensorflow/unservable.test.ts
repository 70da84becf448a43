import { cpSync, rmSync, writeFileSync } from 'node:fs';
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
const SIGNATURE_KEY = 'PONS_ERR_MODELS_SIGNATURE_KEY';
const NOT_LOADED = 'PONS_ERR_MODELS_NOT_LOADED';

interface Case {
  readonly model: string;
  /** What is written over its `saved_model.pb`. */
  readonly graph?: string;
  /** Of the configuration. */
  readonly signatureKey?: string;
  readonly says: string;
  readonly fix: string;
  readonly code: string;
}

const CASES: readonly Case[] = [
  {
    model: 'several',
    says: 'has several signatures; set signature_key to one of "classify", "explain".',
    fix: 'Set signature_key',
    code: SIGNATURE_KEY,
  },
  {
    model: 'several',
    signatureKey: 'nope',
    says: 'has no signature "nope", which signature_key names; it has "classify", "explain".',
    fix: 'Set signature_key',
    code: SIGNATURE_KEY,
  },
  {
    model: 'no-signatures',
    says: 'is a SavedModel without a signature to serve; save it with one.',
    fix: 'Replace the model',
    code: NOT_LOADED,
  },
  {
    model: 'scale',
    graph: '',
    says: 'cannot be loaded: its saved_model.pb is empty.',
    fix: 'Replace the model',
    code: NOT_LOADED,
  },
  {
    model: 'scale',
    graph: 'this is no protobuf at all',
    says: 'cannot be loaded: its saved_model.pb is not a SavedModel: ',
    fix: 'Replace the model',
    code: NOT_LOADED,
  },
];

function makeApis({ model, graph, signatureKey }: Case): string {
  const api = (name: string, path: string, more = ''): string =>
    `- name: ${name}\n  kind: AsyncAPI\n  predictor:\n    type: tensorflow\n    path: iris.py\n    models:\n      path: ${path}\n${more}`;
  const key = signatureKey === undefined ? '' : `      signature_key: ${signatureKey}\n`;
  const project = makeProject({
    'cortex.yaml': api('first', 'm1') + api('second', 'm2', key),
    'iris.py': fixtureFile('tensorflow/calls/iris.py'),
  });
  cpSync(join(tensorflow.models, 'scale'), join(project, 'm1'), { recursive: true });
  cpSync(join(tensorflow.models, model), join(project, 'm2'), { recursive: true });
  if (graph !== undefined) {
    // A link to what all tests share, perhaps.
    rmSync(join(project, 'm2', 'saved_model.pb'));
    writeFileSync(join(project, 'm2', 'saved_model.pb'), graph);
  }
  return project;
}

for (const one of CASES) {
  for (const command of ['serve', 'check']) {
    test(`pons ${command} ends with 2, and names API, folder and what to do: a model that ${one.says}`, async () => {
      const project = makeApis(one);
      const args = [command, project, ...(command === 'serve' ? ['--port', '0'] : []), '--state-dir', makeTempDir()];
      const { code, stdout, stderr } = await pons(args, { PATH });
      assert.is(code, 2, stdout + stderr);
      assert.match(stderr, `the model (version 1) at ${join(project, 'm2')} ${one.says}`);
      assert.match(stderr, `  ${one.fix}`);
      assert.match(stderr, one.code);
      if (command === 'serve') assert.match(stderr, 'The API "second" cannot be served: the model');
      else assert.match(stdout, /first.*ok/);
    });
  }
}

test.run();
