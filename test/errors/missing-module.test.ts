import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { adviceOnMissingModule } from '../../runtime/errors/missing-module.ts';

const ADVICE: readonly (readonly [text: string, advice: RegExp])[] = [
  ["No module named 'joblib'", /neither installed nor a file .* \(often joblib\) to requirements\.txt$/],
  ["No module named 'sklearn'", /add the package scikit-learn, which has it, to requirements\.txt$/],
  ["No module named 'lib.model'", /lib was found, but has no model in it/],
  ["No module named 'a.b.c'", /a was found, but has no b\.c in it/],
  ["No module named 'model.x'; 'model' is not a package", /model is a single file/],
  ["No module named 'constructor'", /often constructor/],
];

for (const [text, advice] of ADVICE) {
  test(`${text}: it is said what to do`, () => {
    assert.match(adviceOnMissingModule('ModuleNotFoundError', text), advice);
  });
}

test('any other exception, or text, gets no advice', () => {
  for (const [type, text] of [
    ['ValueError', "No module named 'x'"],
    ['ModuleNotFoundError', 'no such luck'],
    ['ImportError', "cannot import name 'x' from 'y'"],
  ] as const) {
    assert.is(adviceOnMissingModule(type, text), '');
  }
});

test.run();
