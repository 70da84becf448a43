import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SINGLE_MODEL, titleOf } from '../../runtime/models/model-version.ts';

for (const [name, version, title] of [
  ['iris', '3', 'the model "iris" (version 3)'],
  ['iris', null, 'the model "iris"'],
  [SINGLE_MODEL, '1', 'the model (version 1)'],
  [SINGLE_MODEL, null, 'the model'],
] as const) {
  test(`a model is named in one way, and a single one without the name that no configuration has: ${title}`, () => {
    assert.is(titleOf(name, version), title);
  });
}

test.run();
