import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../bridge/node/codes.ts';
import { ModelError } from '../../runtime/models/model-error.ts';
import { makeTree } from '../project/support/tree.ts';
import { call, withModels } from './support/loaded.ts';

const several = { kind: 'dir', dir: 'all' } as const;
const files = { 'all/iris/1/x.onnx': 'i1', 'all/iris/20/x.onnx': 'i20', 'all/text/x.onnx': 't' };

const WRONG: readonly (readonly [name: string | null, version: unknown, says: string])[] = [
  [null, 'latest', 'model_name is missing; the models are: iris, text'],
  ['rose', 'latest', 'there is no model "rose"; the models are: iris, text'],
  ['iris', '2', 'the model "iris" has no version 2; its versions are: 1, 20'],
  ['iris', 'newest', 'model_version must be "latest" or digits in a string, such as "3"; got "newest", a string'],
  ['iris', '', 'model_version must be "latest" or digits in a string, such as "3"; got "", a string'],
  ['iris', '-1', 'model_version must be "latest" or digits in a string, such as "3"; got "-1", a string'],
  ['r'.repeat(200), 'latest', `there is no model "${'r'.repeat(80)}..."; the models are: iris, text`],
  ['iris', '2'.repeat(200), `the model "iris" has no version ${'2'.repeat(80)}...; its versions are: 1, 20`],
  ['iris', 3, 'model_version must be "latest" or digits in a string, such as "3"; got 3, a number'],
];

for (const [name, version, says] of WRONG) {
  test(`${name}, ${JSON.stringify(version)}: ${says}`, async () => {
    await withModels({ source: several, projectRoot: makeTree(files) }, async (bench) => {
      await bench.models.preload();
      const error: unknown = await bench.models.describe(name, version as string).catch((thrown: unknown) => thrown);
      assert.instance(error, ModelError);
      assert.is((error as ModelError).message, says);
      assert.is((error as ModelError).code, codes.MODEL_UNUSABLE);
    });
  });
}

test('a single model needs no name, and one that is given means nothing', async () => {
  const projectRoot = makeTree({ 'm/4/x.onnx': 'four' });
  await withModels({ source: { kind: 'path', path: 'm' }, projectRoot }, async (bench) => {
    await bench.models.preload();
    assert.equal([await call(bench, null), await call(bench, 'whatever', '4')], ['4: four', '4: four']);
    assert.match(await call(bench, null, '5').catch(String), 'the model has no version 5; its versions are: 4');
    rmSync(join(projectRoot, 'm'), { recursive: true });
    await bench.until('the removal', () => bench.tree.models.size === 0);
    assert.match(await call(bench, null).catch(String), 'the model has no version left: its files were removed');
  });
});

test.run();
