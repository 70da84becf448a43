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
    assert.match(adviceOnMissingModule('ModuleNotFoundError', text, null), advice);
  });
}

for (const [text, advice] of [
  [
    "No module named 'joblib'",
    /: --python installs nothing, so install .* into that Python \(\/opt\/py -m pip install joblib, or -r requirements/,
  ],
  ["No module named 'sklearn'", /\(\/opt\/py -m pip install scikit-learn, .*\), or leave --python out$/],
  ["No module named 'lib.model'", /has no model in it: check the name, and the version that \/opt\/py has$/],
] as const) {
  test(`${text} where --python is given: nothing would be installed from requirements.txt`, () => {
    assert.match(adviceOnMissingModule('ModuleNotFoundError', text, '/opt/py'), advice);
  });
}

test('any other exception, or text, gets no advice', () => {
  for (const [type, text] of [
    ['ValueError', "No module named 'x'"],
    ['ModuleNotFoundError', 'no such luck'],
    ['ImportError', "cannot import name 'x' from 'y'"],
  ] as const) {
    assert.is(adviceOnMissingModule(type, text, null), '');
  }
});

test.run();
