import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toPythonJson } from '../../runtime/config/config-json.ts';
import type { ConfigValue } from '../../runtime/config/spec.ts';
import { defaultPython } from '../support/pythons.ts';
import { api, problemLines, read } from './support/project.ts';

/** A value and what Python's `repr` says of it after `json.loads`. */
const rows: readonly (readonly [value: ConfigValue, repr: string])[] = [
  [null, 'None'],
  [true, 'True'],
  [1n, '1'],
  [-(10n ** 40n), `-1${'0'.repeat(40)}`],
  [1, '1.0'],
  [-3, '-3.0'],
  [0.1, '0.1'],
  [-0, '-0.0'],
  [1e21, '1e+21'],
  [1e-7, '1e-07'],
  [123456789012345680000, '1.2345678901234568e+20'],
  [5e-324, '5e-324'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [NaN, 'nan'],
  [Infinity, 'inf'],
  [-Infinity, '-inf'],
  ['a"\\\n\u2028\ud83d\ude00', `'a"\\\\\\n\\u2028\ud83d\ude00'`],
  [[1n, [2, 'x'], {}], "[1, [2.0, 'x'], {}]"],
  [
    Object.fromEntries([
      ['__proto__', 1n],
      ['a', { b: [] }],
    ]),
    "{'__proto__': 1, 'a': {'b': []}}",
  ],
];

test('Python reads each value as the same value', () => {
  const script = 'import json, sys\nfor line in sys.stdin: print(repr(json.loads(line)))';
  const input = rows.map(([value]) => `${toPythonJson(value)}\n`).join('');
  const options = { input, encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf-8' } } as const;
  const lines = execFileSync(defaultPython.executable, ['-c', script], options).trim().split('\n');
  assert.equal(
    lines,
    rows.map(([, repr]) => repr),
  );
});

test('a configuration of the file keeps its numbers on the way', () => {
  const text = api({
    inPredictor: ['config: {a: 1.0, b: 12345678901234567890123, c: 1e3, d: 010, __proto__: {e: .nan}}'],
  });
  const config = read(text).apis[0]?.predictor.config ?? null;
  assert.is(toPythonJson(config), '{"a":1.0,"b":12345678901234567890123,"c":1000.0,"d":8,"__proto__":{"e":NaN}}');
});

test('the largest integer that Python reads is taken, a larger one told', () => {
  const digits = '9'.repeat(4300);
  assert.equal(problemLines(api({ inPredictor: [`config: {a: ${digits}}`] })), []);
  assert.equal(problemLines(api({ inPredictor: [`config: {a: -1${digits}}`] })), [
    'cortex.yaml:6:17 predictor.config.a: the integer has more than 4300 digits, which Python does not read; put it in quotes',
  ]);
});

test.run();
