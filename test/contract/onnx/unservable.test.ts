import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons, type Ran } from '../../support/pons.ts';
import { makeProject } from '../../support/project.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { onnxFixture, placeModel } from '../support/model-project.ts';

const PREDICTOR = `
class ONNXPredictor:
    def __init__(self, onnx_client, config):
        raise RuntimeError("constructed")

    def predict(self, payload):
        return {}
`;

interface Case {
  readonly what: string;
  /** What is written below `models:`, but for the name of the API, which is the folder of its models. */
  readonly models: string;
  /** Path to the name of a fixture model, or to bytes. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  readonly code: string;
  readonly says: readonly (string | RegExp)[];
}

const UNLOADABLE = 'PONS_ERR_MODELS_UNLOADABLE';
const LAYOUT = 'PONS_ERR_MODELS_LAYOUT';

const CASES: Readonly<Record<string, Case>> = {
  empty: {
    what: 'an empty .onnx',
    models: 'path: empty',
    files: { 'iris.onnx': Buffer.alloc(0) },
    code: UNLOADABLE,
    says: ['empty/iris.onnx cannot be served as the model (version 1): it is empty'],
  },
  corrupt: {
    what: 'a corrupt .onnx',
    models: 'path: corrupt',
    files: { '3/iris.onnx': readFileSync(onnxFixture('classifier-int')).subarray(0, 300) },
    code: UNLOADABLE,
    says: ['corrupt/3/iris.onnx cannot be served as the model (version 3): it is cut off at byte '],
  },
  two: {
    what: 'two .onnx in one folder',
    models: 'path: two/',
    files: { 'a.onnx': 'pairs', 'b.onnx': 'pairs' },
    code: LAYOUT,
    says: ['The model at two has 2 .onnx files (a.onnx, b.onnx), but must have exactly one', /expected +found/],
  },
  operator: {
    what: 'an operator that onnxruntime does not know',
    models: 'path: operator/iris.onnx',
    files: { 'iris.onnx': 'unknown-operator' },
    code: UNLOADABLE,
    says: ['operator/iris.onnx cannot be served as the model (version 1): ', 'Frobnicate'],
  },
  sequence: {
    what: 'an output that cannot be passed on',
    models: 'paths: [{ name: iris, path: sequence }]',
    files: { 'iris.onnx': 'sequence' },
    code: 'PONS_ERR_MODELS_TYPE_UNSERVABLE',
    says: ['sequence/iris.onnx cannot be served as the model "iris" (version 1): ', 'type sequence of float32 tensor'],
  },
  external: {
    what: 'a model without the file that holds its tensors',
    models: 'path: external',
    files: { 'model.onnx': readFileSync(onnxFixture('external')) },
    code: 'PONS_ERR_MODELS_DATA_MISSING',
    says: [
      'external/model.onnx cannot be served as the model (version 1): the file external.data beside it, which holds its tensors, is missing.',
      'Put that file beside',
    ],
  },
  layout: {
    what: 'folders that are no versions',
    models: 'path: layout',
    files: { 'v1/iris.onnx': 'pairs' },
    code: LAYOUT,
    says: ['The model at layout has folders that hold a model but whose names are no integers: v1', /expected +found/],
  },
  missing: {
    what: 'a location with nothing',
    models: 'path: missing',
    files: {},
    code: 'PONS_ERR_MODELS_NOT_FOUND',
    says: ['The model is missing: there is nothing at missing'],
  },
  shelf: {
    what: 'one bad model among those of models.dir',
    models: 'dir: shelf',
    files: { 'good/good.onnx': 'pairs', 'bad/1/notes.txt': Buffer.from('none yet') },
    code: LAYOUT,
    says: ['Version 1 of the model at shelf/bad has no .onnx file', /expected +found/],
  },
};

/** A project with one API for each of these cases, which has its name. */
function projectOf(names: readonly string[]): string {
  const project = makeProject({ 'predictor.py': PREDICTOR });
  const apis = names.map((name) => {
    for (const [path, content] of Object.entries(CASES[name]?.files ?? {})) {
      placeModel(project, `${name}/${path}`, typeof content === 'string' ? content : 'pairs');
      if (typeof content !== 'string') writeFileSync(join(project, name, path), content);
    }
    const head = `- name: ${name}\n  kind: AsyncAPI\n  predictor:\n    type: onnx\n    path: predictor.py\n`;
    return `${head}    models:\n      ${CASES[name]?.models ?? ''}\n`;
  });
  writeFileSync(join(project, 'cortex.yaml'), apis.join(''));
  return project;
}

function assertTold(text: string, { code, says }: Case): void {
  for (const part of [code, ...says]) assert.match(text, part);
  assert.not.match(text, /\.[tj]s:\d+|onnxruntime_src|constructed/);
}

let checked: Ran | null = null;

// Not in `before`: uvu swallows what it throws.
test.before.each(async () => {
  checked ??= await pons(['check', projectOf(Object.keys(CASES)), '--state-dir', makeTempDir()]);
});

for (const [name, one] of Object.entries(CASES)) {
  test(`pons check tells of ${one.what}`, () => {
    const [, said] = `\n${checked?.stderr ?? ''}`.split(`\n${name}: `);
    const end = said?.search(new RegExp(`\\n(${Object.keys(CASES).join('|')}): `)) ?? -1;
    assertTold(end === -1 ? (said ?? '') : (said ?? '').slice(0, end), one);
  });
}

test('pons check ends with 2, as for all that is to be mended beside the predictors', () => {
  assert.is(checked?.code, 2);
});

for (const name of ['corrupt', 'two'] as const) {
  const one = CASES[name] as Case;
  test(`pons serve does not start with ${one.what}, says so and ends with 2`, async () => {
    const { code, stderr } = await pons(['serve', projectOf([name]), '--port', '0', '--state-dir', makeTempDir()]);
    assert.is(code, 2, stderr);
    assertTold(stderr, one);
  });
}

test.run();
