import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import type { UserExceptionData } from '../../../bridge/node/methods.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { withHost, withServing } from '../../support/host.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const RAISES = `
import json, sys
from helper import fail

class OwnError(Exception):
    pass

class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError('no')

class Unpicklable(Exception):
    def __init__(self, a, b):
        self.lock = __import__('threading').Lock()

def cause():
    try:
        {}['y']
    except KeyError as error:
        raise ValueError('x') from error

def recurse():
    return recurse() + 1

class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self, payload):
        exec(payload, globals())
        return {}
`;
const HELPER = 'def fail():\n    raise ValueError("deep")  # here\n';
const files = { 'predictor.py': RAISES, 'helper.py': HELPER };

const RAISED: readonly (readonly [code: string, type: string, text: string | RegExp])[] = [
  ["raise ValueError('x')", 'ValueError', 'x'],
  ['raise ValueError', 'ValueError', ''],
  ["raise OwnError('own')", 'OwnError', 'own'],
  ["json.loads('{')", 'json.decoder.JSONDecodeError', /^Expecting property name/],
  ['cause()', 'ValueError', "x (caused by KeyError: 'y')"],
  ['raise Unprintable()', 'Unprintable', /__str__ raised/],
  ['raise Unpicklable(1, 2)', 'Unpicklable', '(1, 2)'],
  ["raise ValueError('x' * 20000)", 'ValueError', 'x'.repeat(10000)],
  ["raise ValueError('\\ud800')", 'ValueError', '\ud800'],
  ['sys.exit(3)', 'SystemExit', '3 (predict called sys.exit)'],
  ['raise KeyboardInterrupt()', 'KeyboardInterrupt', ''],
  ['raise GeneratorExit()', 'GeneratorExit', ''],
  ["raise BaseException('base')", 'BaseException', 'base'],
  ['recurse()', 'RecursionError', /^maximum recursion depth/],
  ["raise MemoryError('full')", 'MemoryError', 'full'],
  ['import not_there_at_all', 'ModuleNotFoundError', "No module named 'not_there_at_all'"],
];

for (const python of oldestAndNewest) {
  test(`whatever predict raises fails that workload only (Python ${python.version})`, () =>
    withServing({ python, files }, async (host) => {
      for (const [code, type, text] of RAISED) {
        const error = await bridgeErrorOf(host.predict(code, 'text/plain'));
        assert.is(error.code, codes.USER_EXCEPTION, code);
        const data = error.data as UserExceptionData;
        assert.is(data.type, type);
        if (typeof text === 'string') assert.is(data.text, text);
        else assert.match(data.text, text);
        assert.is(data.stage, 'predict');
        assert.ok(data.frames.length <= 50 && data.frames.length > 0);
        assert.equal(await host.predict('pass', 'text/plain'), {});
      }
    }));

  test(`frames are the user's own, relative to the project, with their source (Python ${python.version})`, () =>
    withServing({ python, files }, async (host) => {
      const error = await bridgeErrorOf(host.predict('fail()', 'text/plain'));
      const frames = (error.data as UserExceptionData).frames;
      assert.equal(frames[0]?.file, 'predictor.py');
      assert.equal(frames[0]?.function, 'predict');
      assert.equal(frames[0]?.source, 'exec(payload, globals())');
      assert.equal(frames.at(-1), {
        file: 'helper.py',
        line: 2,
        function: 'fail',
        source: 'raise ValueError("deep")  # here',
      });
      assert.is(error.message, 'predict raised ValueError: deep');
    }));
}

const CLASS =
  'class PythonPredictor:\n    def __init__(self, config):\n        INIT\n    def predict(self): return {}\n';

/** Module text; stage, type and last frame of what `initialize` is answered with. */
const BEFORE: readonly (readonly [text: string, stage: string, type: string, line: number])[] = [
  ['x = 1\nx = = 2\n', 'import', 'SyntaxError', 2],
  ['x = 1\n  y = 2\n', 'import', 'IndentationError', 2],
  ["import os\nraise ValueError('at import')\n", 'import', 'ValueError', 2],
  ['import surely_not_installed\n', 'import', 'ModuleNotFoundError', 1],
  ['import sys\nsys.exit(2)\n', 'import', 'SystemExit', 2],
  [CLASS.replace('INIT', "raise KeyError('k')"), 'init', 'KeyError', 3],
  [CLASS.replace('INIT', 'raise SystemExit(3)'), 'init', 'SystemExit', 3],
];

for (const python of oldestAndNewest) {
  test(`an import or __init__ that raises is told and ends the process with 1 (Python ${python.version})`, async () => {
    for (const [text, stage, type, line] of BEFORE) {
      await withHost({ python, files: text }, async (host) => {
        const error = await bridgeErrorOf(host.initialize());
        const data = error.data as UserExceptionData;
        assert.equal([error.code, data.stage, data.type], [codes.USER_EXCEPTION, stage, type]);
        const last = data.frames.at(-1);
        assert.equal([last?.file, last?.line], ['predictor.py', line]);
        assert.is(await host.end(), 1);
      });
    }
  });
}

test('a null byte in the module is told as an error of its import', () =>
  withHost({ files: 'x = 1\0' }, async (host) => {
    const error = await bridgeErrorOf(host.initialize());
    assert.is((error.data as UserExceptionData).stage, 'import');
  }));

test.run();
