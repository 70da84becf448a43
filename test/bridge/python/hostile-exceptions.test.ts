import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import type { UserExceptionData } from '../../../bridge/node/methods.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { withServing } from '../../support/host.ts';
import { oldestAndNewest, pythons } from '../../support/pythons.ts';

/** Those that have `ExceptionGroup`. */
const withGroups = pythons.filter(({ version }) => Number(version.split('.')[1]) >= 11).slice(-1);

const RAISES = `
class Long(Exception):
    def __str__(self):
        return 'x' * 100000000

class Number(Exception):
    def __str__(self):
        return 5

class Interrupting(Exception):
    def __str__(self):
        raise KeyboardInterrupt()

class Text(str):
    def __add__(self, other):
        raise ValueError('add')
    def __getitem__(self, at):
        raise ValueError('at')

class OwnText(Exception):
    def __str__(self):
        return Text('own text')

class Unnamable(type):
    def __getattribute__(cls, name):
        raise ValueError(name)

class Nameless(Exception, metaclass=Unnamable):
    pass

class Causeless(Exception):
    @property
    def __cause__(self):
        raise KeyboardInterrupt()

class Untraceable(Exception):
    @property
    def __traceback__(self):
        raise ValueError('no trace')

def circle():
    one, two = ValueError('one'), ValueError('two')
    one.__cause__, two.__cause__ = two, one
    raise one

def in_file(name):
    exec(compile('raise ValueError("v")', name, 'exec'))

def without_sources():
    import linecache
    def getline(*given):
        raise KeyboardInterrupt()
    whole, linecache.getline = linecache.getline, getline
    try:
        raise ValueError('no source')
    finally:
        restore.append(whole)

restore = []

class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self, payload):
        if restore:
            import linecache
            linecache.getline = restore.pop()
        exec(payload, globals())
        return {}
`;
const files = RAISES;

const RAISED: readonly (readonly [code: string, type: string, text: string | RegExp])[] = [
  ['raise Long()', 'Long', 'x'.repeat(10000)],
  ['raise Number()', 'Number', /__str__ raised/],
  ['raise Interrupting()', 'Interrupting', /__str__ raised/],
  ['raise OwnText()', 'OwnText', 'own text'],
  ["raise Nameless('x')", '<an exception whose class cannot be named>', 'x'],
  ["raise Causeless('x')", 'Causeless', 'x'],
  ['circle()', 'ValueError', 'one (caused by ValueError: two)'],
  ["raise SyntaxError('odd', ('f.py', 10**30, 'x', 5))", 'SyntaxError', /^odd/],
  ["in_file('x' * 100000)", 'ValueError', 'v'],
  ['without_sources()', 'ValueError', 'no source'],
  ["raise type('E' * 1000, (Exception,), {})()", 'E'.repeat(200), ''],
  ['from predictor_host.cancellation import Cancelled\nraise Cancelled()', 'predictor_host.cancellation.Cancelled', ''],
  [
    "from predictor_host.codes import BridgeError\nraise BridgeError(-32800, 'x')",
    'predictor_host.codes.BridgeError',
    /x/,
  ],
];

for (const python of oldestAndNewest) {
  test(`an exception that resists being told is told as far as it goes (Python ${python.version})`, () =>
    withServing({ python, files }, async (host) => {
      for (const [code, type, text] of RAISED) {
        const error = await bridgeErrorOf(host.predict(code, 'text/plain'));
        assert.is(error.code, codes.USER_EXCEPTION, code);
        const data = error.data as UserExceptionData;
        assert.is(data.type, type);
        if (typeof text === 'string') assert.is(data.text, text);
        else assert.match(data.text, text);
        assert.ok(data.frames.length > 0, code);
        assert.equal(await host.predict('pass', 'text/plain'), {});
      }
    }));
}

test('an exception that does not show where it was raised is told all the same, without frames', () =>
  withServing({ files }, async (host) => {
    const error = await bridgeErrorOf(host.predict("raise Untraceable('x')", 'text/plain'));
    const { type, frames } = error.data as UserExceptionData;
    assert.equal([type, frames], ['Untraceable', []]);
    assert.equal(await host.predict('pass', 'text/plain'), {});
  }));

test('the name of a file is shown up to a length', () =>
  withServing({ files }, async (host) => {
    const error = await bridgeErrorOf(host.predict("in_file('x' * 100000)", 'text/plain'));
    assert.is((error.data as UserExceptionData).frames.at(-1)?.file, 'x'.repeat(300));
  }));

const GROUP = `
def nested():
    return ExceptionGroup('inner', [KeyError('k')])
class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self, payload):
        if payload == 'few':
            raise ExceptionGroup('several', [ValueError('one'), nested()])
        raise BaseExceptionGroup('many', [KeyboardInterrupt(str(at)) for at in range(100000)])
`;

for (const python of withGroups) {
  test(`a group of exceptions names its first members (Python ${python.version})`, () =>
    withServing({ python, files: GROUP }, async (host) => {
      const textOf = async (payload: string) =>
        ((await bridgeErrorOf(host.predict(payload, 'text/plain'))).data as UserExceptionData).text;
      assert.is(
        await textOf('few'),
        "several (2 sub-exceptions) [ValueError: one; ExceptionGroup: inner (1 sub-exception) [KeyError: 'k']]",
      );
      const members = Array.from({ length: 5 }, (_, at) => `KeyboardInterrupt: ${at}; `).join('');
      assert.is(await textOf('many'), `many (100000 sub-exceptions) [${members}...]`);
    }));
}

test.run();
