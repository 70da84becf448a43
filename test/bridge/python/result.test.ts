import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { type TestHost, withServing } from '../../support/host.ts';
import { defaultPython, oldestAndNewest, type Python, pythons } from '../../support/pythons.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

/** Returns what the text of its payload evaluates to. */
const RETURNS = `
import collections, datetime, enum, sys
try:
    import numpy as np
except ImportError:
    pass

class Level(enum.IntEnum):
    HIGH = 3

class Thing:
    pass

class Unreadable(dict):
    def items(self):
        raise ValueError('no items')

class Endless(list):
    def __iter__(self):
        raise OSError('no list\\nat all')

class Unshown:
    def __repr__(self):
        raise ValueError('no repr')

def nest(depth):
    value = {}
    for _ in range(depth):
        value = {'a': value}
    return value

def circle():
    value = {'a': {'b': []}}
    value['a']['b'].append(value['a'])
    return value

class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self, payload):
        return eval(payload)
`;

const textOf = async (host: TestHost, code: string) =>
  (await host.predictRaw(code, 'text/plain')).body.toString('utf8');

const GIVEN: readonly (readonly [code: string, json: string])[] = [
  ['{}', '{}'],
  ["{'a': [1, 2.5, None, True, 'x'], 'b': ()}", '{"a":[1,2.5,null,true,"x"],"b":[]}'],
  ["{'n': 12345678901234567890123}", '{"n":12345678901234567890123}'],
  ["{1: 'a', None: 'b', True: 'c', 2.5: 'd'}", '{"1":"c","null":"b","2.5":"d"}'],
  ["{'umlaut': '\\u00fc', 'half': '\\ud800'}", '{"umlaut":"\\u00fc","half":"\\ud800"}'],
  ["collections.OrderedDict([('z', 1), ('a', 2)])", '{"z":1,"a":2}'],
  ["collections.Counter('aab')", '{"a":2,"b":1}'],
  ["{'level': Level.HIGH}", '{"level":3}'],
];

const REFUSED: readonly (readonly [code: string, path: string, message: RegExp])[] = [
  ['[1]', 'result', /^predict returned list; a dictionary is expected$/],
  ['None', 'result', /^predict returned NoneType/],
  ["'{}'", 'result', /^predict returned str/],
  ['{1, 2}', 'result', /^predict returned set/],
  ['Thing()', 'result', /^predict returned Thing/],
  ['(i for i in [1])', 'result', /^predict returned generator/],
  [
    "{'taken': [1, 2, 3, datetime.datetime.now()]}",
    'result.taken[3]',
    /^result\.taken\[3\]: datetime\.datetime is not JSON-serializable$/,
  ],
  ["{'a': {'b c': {1, 2}}}", 'result.a["b c"]', /^result\.a\["b c"\]: set is not JSON-serializable$/],
  ["{'a': b'x'}", 'result.a', /^result\.a: bytes is not/],
  ["{'a': Thing()}", 'result.a', /^result\.a: Thing is not/],
  ["{'a': complex(1, 2)}", 'result.a', /complex is not/],
  ["{'a': [float('nan')]}", 'result.a[0]', /^result\.a\[0\]: NaN is not JSON$/],
  ["{'a': float('-inf')}", 'result.a', /^result\.a: -Infinity is not JSON$/],
  ["{'a': {(1, 2): 3}}", 'result.a', /^result\.a: the key \(1, 2\) is tuple; JSON's keys are strings$/],
  ["{'a': {b'k': 3}}", 'result.a', /the key b'k' is bytes/],
  ["{'a': {Unshown(): 3}}", 'result.a', /^result\.a: a key is Unshown; JSON's keys are strings$/],
  ['Unreadable(a=1)', 'result', /^result: it cannot be read: ValueError: no items$/],
  ["{'a': [1, Unreadable(a=1)]}", 'result.a[1]', /^result\.a\[1\]: it cannot be read: ValueError: no items$/],
  ["{'a': Endless([{1}])}", 'result.a', /^result\.a: it cannot be read: OSError: no list$/],
  ["{float('nan'): 3}", 'result', /the key NaN is not JSON/],
  ['circle()', 'result.a.b[0]', /^result\.a\.b\[0\]: it refers back to result\.a/],
  ['nest(100000)', 'result', /nested too deeply/],
];

const LONG_INTEGERS: typeof REFUSED = [
  ["{'a': 10**5000}", 'result.a', /^result\.a: it is an integer of more than 4300 digits/],
  ["{'a': [1, {'b': -10**5000}]}", 'result.a[1].b', /^result\.a\[1\]\.b: it is an integer of more than 4300/],
  ["{'a': {10**5000: 1}}", 'result.a', /^result\.a: a key is an integer of more than 4300 digits/],
];

for (const python of pythons.filter(({ version }) => Number(version.split('.')[1]) >= 11).slice(-1)) {
  test(`an integer that Python does not write out is refused with its path (Python ${python.version})`, () =>
    withServing({ python, files: RETURNS }, async (host) => {
      for (const [code, path, message] of LONG_INTEGERS) {
        const error = await bridgeErrorOf(textOf(host, code));
        assert.is(error.code, codes.RESULT_INVALID, code);
        assert.match(error.message, message);
        assert.equal(error.data, { path, marks: 0 }, code);
      }
    }));
}

for (const python of oldestAndNewest) {
  test(`a dictionary becomes JSON text (Python ${python.version})`, () =>
    withServing({ python, files: RETURNS }, async (host) => {
      for (const [code, json] of GIVEN) assert.is(await textOf(host, code), json, code);
    }));

  test(`anything else is refused with the path of what is wrong (Python ${python.version})`, () =>
    withServing({ python, files: RETURNS }, async (host) => {
      for (const [code, path, message] of REFUSED) {
        const error = await bridgeErrorOf(textOf(host, code));
        assert.is(error.code, codes.RESULT_INVALID, code);
        assert.match(error.message, message);
        assert.equal(error.data, { path, marks: 0 }, code);
      }
      assert.is(await textOf(host, '{}'), '{}');
    }));
}

test('a result above the limit is refused with both sizes', () =>
  withServing({ files: RETURNS, params: { limits: { resultBytes: 1000, logLineBytes: 1000 } } }, async (host) => {
    assert.is((await textOf(host, "{'a': 'x' * 992}")).length, 1000);
    const error = await bridgeErrorOf(textOf(host, "{'a': 'x' * 993}"));
    assert.is(error.code, codes.RESULT_TOO_LARGE);
    assert.equal(error.data, { sizeBytes: 1001, limitBytes: 1000, marks: 0 });
  }));

test('a result of 60 MB goes through', () =>
  withServing({ files: RETURNS }, async (host) => {
    assert.is((await textOf(host, "{'a': 'x' * 60000000}")).length, 60_000_008);
  }));

const NUMPY_GIVEN: readonly (readonly [code: string, json: string])[] = [
  [
    "{'a': np.float32(0.5), 'b': np.int64(3), 'c': np.bool_(True), 'd': np.float64(1.5)}",
    '{"a":0.5,"b":3,"c":true,"d":1.5}',
  ],
  ["{'a': np.arange(6).reshape(2, 3)}", '{"a":[[0,1,2],[3,4,5]]}'],
  ["{'a': [np.array(4), np.array([]), np.str_('x')]}", '{"a":[4,[],"x"]}'],
  ["{'a': np.array([np.int8(1), 'x', None], dtype=object)}", '{"a":[1,"x",null]}'],
  ["{np.int64(3): np.float32(0.25), np.str_('k'): 1}", '{"3":0.25,"k":1}'],
  ["{'a': np.longdouble(0.5)}", '{"a":0.5}'],
];

const NUMPY_REFUSED: readonly (readonly [code: string, path: string])[] = [
  ["{'a': {'b': np.array([1, float('nan')])}}", 'result.a.b[1]'],
  ["{'a': np.float32('inf')}", 'result.a'],
  ["{'a': np.array([np.datetime64('2020-01-01')])}", 'result.a[0]'],
  ["{'a': np.array([1j])}", 'result.a[0]'],
  ["{'a': np.datetime64('2020-01-01', 'ns')}", 'result.a'],
  ["{'a': [1, np.datetime64('NaT')]}", 'result.a[1]'],
  ["{'a': np.array([[1, 2]], 'timedelta64[ns]')}", 'result.a[0][0]'],
  ["{'a': np.array('2020-01-01', 'datetime64[ns]')}", 'result.a'],
  ["{'a': np.array([1, {2}], dtype=object)}", 'result.a[1]'],
  ["{np.datetime64('2020-01-01', 'ns'): 1}", 'result'],
  ['np.array([1])', 'result'],
];

test('NumPy scalars, arrays and keys are converted, and what is wrong in an array is named', () =>
  withServing({ python: pythonWithNumpy(), files: RETURNS }, async (host) => {
    for (const [code, json] of NUMPY_GIVEN) assert.is(await textOf(host, code), json, code);
    for (const [code, path] of NUMPY_REFUSED) {
      const error = await bridgeErrorOf(textOf(host, code));
      assert.is(error.code, codes.RESULT_INVALID, code);
      assert.equal(error.data, { path, marks: 0 }, code);
    }
  }));

function pythonWithNumpy(): Python {
  const folder = makeTempDir();
  execFileSync(defaultPython.executable, ['-m', 'venv', folder]);
  const executable = join(folder, 'bin', 'python');
  execFileSync(executable, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'numpy']);
  return { executable, version: defaultPython.version };
}

test.run();
