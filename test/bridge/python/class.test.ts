import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import type { ClassInvalidData, InitializeParams } from '../../../bridge/node/methods.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { withHost } from '../../support/host.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

type Type = InitializeParams['predictorType'];

const shape = (init: string, predict: string, name = 'PythonPredictor') =>
  `class ${name}:\n    def __init__(${init}): pass\n    def predict(${predict}): return {}\n`;
/** An abstract class of which these methods are abstract. */
const abstract = (name: string, ...methods: string[]) => {
  const all = methods.map((method) => `    @abc.abstractmethod\n    def ${method}(self): pass\n`).join('');
  const init = methods.includes('__init__') ? '' : '    def __init__(self, config): pass\n';
  return `import abc\nclass ${name}(abc.ABC):\n${init}${all.replace('__init__(self)', '__init__(self, config)')}`;
};
const decorated = (inner: string) => `
import functools
def passes_on(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper
class PythonPredictor:
    @passes_on
    def __init__(self, config): pass
    @passes_on
    def predict(${inner}): return {'x': 1}
`;

const VALID: readonly (readonly [title: string, text: string, type?: Type])[] = [
  ['the least', shape('self, config', 'self')],
  ['all arguments in any order', shape('self, metrics_client, config', 'self, request_id, payload')],
  ['*args and **kwargs', shape('self, config, *args, **kwargs', 'self, *args, **kwargs')],
  ['keyword-only arguments', shape('self, *, config', 'self, *, payload, own=1')],
  [
    'inherited methods',
    `class Base:\n  def __init__(self, config): pass\n  def predict(self): return {}\nclass PythonPredictor(Base): pass\n`,
  ],
  ['methods behind a decorator', decorated('self, payload')],
  [
    'abstract methods that are implemented',
    `${abstract('Base', 'predict', 'clean')}class PythonPredictor(Base):\n    def __init__(self, config): pass\n    def predict(self): return {}\n    def clean(self): pass\n`,
  ],
  [
    'an abstract class that makes another one',
    `${abstract('PythonPredictor', 'predict')}    def __new__(cls, config): return object.__new__(Other)\nclass Other(PythonPredictor):\n    def predict(self): return {}\n`,
  ],
  [
    'a TensorFlow predictor',
    shape('self, tensorflow_client, config', 'self, payload', 'TensorFlowPredictor'),
    'tensorflow',
  ],
  ['an ONNX predictor', shape('self, onnx_client, config, metrics_client', 'self, payload', 'ONNXPredictor'), 'onnx'],
];

/** What is wrong; method and argument of the error's data. */
const INVALID: readonly (readonly [
  title: string,
  text: string,
  message: RegExp,
  method: string | null,
  argument: string | null,
  type?: Type,
])[] = [
  ['no class', 'x = 1\n', /defines no class PythonPredictor; it defines no class$/, null, null],
  ['another name', 'class PythonPredicter: pass\n', /its classes are: PythonPredicter$/, null, null],
  ['no class but a function', 'def PythonPredictor(config): pass\n', /is function, not a class/, null, null],
  ['two classes', shape('self, config', 'self').repeat(2), /twice, on lines 1 and 4/, null, null],
  [
    'an import and a class',
    `from collections import OrderedDict as PythonPredictor\n${shape('self, config', 'self')}`,
    /twice, on lines 1 and 2/,
    null,
    null,
  ],
  [
    'no predict',
    'class PythonPredictor:\n    def __init__(self, config): pass\n',
    /PythonPredictor\.predict is missing/,
    'predict',
    null,
  ],
  [
    'no __init__',
    'class PythonPredictor:\n    def predict(self): pass\n',
    /PythonPredictor\.__init__ is missing/,
    '__init__',
    null,
  ],
  [
    'a predict that is no method',
    'class PythonPredictor:\n    predict = 5\n    def __init__(self, config): pass\n',
    /is not a method/,
    'predict',
    null,
  ],
  ['no config', shape('self', 'self'), /required argument config/, '__init__', 'config'],
  ['an unknown constructor argument', shape('self, config, model', 'self'), /takes model, which/, '__init__', 'model'],
  [
    'an unknown predict argument',
    shape('self, config', 'self, payload, headers=None'),
    /takes headers/,
    'predict',
    'headers',
  ],
  [
    'an unknown keyword-only argument',
    shape('self, config', 'self, *, headers'),
    /takes headers/,
    'predict',
    'headers',
  ],
  [
    'self missing',
    shape('self, config', 'payload'),
    /has payload as its first argument instead of self/,
    'predict',
    'self',
  ],
  [
    'a class method',
    'class PythonPredictor:\n    def __init__(self, config): pass\n    @classmethod\n    def predict(cls): pass\n',
    /has cls as its first/,
    'predict',
    'self',
  ],
  ['no arguments', shape('self, config', ''), /has nothing as its first/, 'predict', 'self'],
  ['an unknown argument behind a decorator', decorated('self, payload, foo'), /takes foo/, 'predict', 'foo'],
  [
    'an abstract predict',
    abstract('PythonPredictor', 'predict'),
    /^predictor\.py: PythonPredictor is abstract and cannot be constructed; expected is an implementation of predict$/,
    'predict',
    null,
  ],
  [
    'abstract methods of a base',
    `${abstract('Base', '__init__', 'predict', 'clean')}class PythonPredictor(Base):\n    def predict(self): return {}\n`,
    /PythonPredictor is abstract and cannot be constructed; expected is an implementation of __init__, clean$/,
    null,
    null,
  ],
  [
    'a client of another type',
    shape('self, onnx_client, config', 'self'),
    /takes onnx_client/,
    '__init__',
    'onnx_client',
  ],
  [
    'no client',
    shape('self, config', 'self', 'TensorFlowPredictor'),
    /required argument tensorflow_client/,
    '__init__',
    'tensorflow_client',
    'tensorflow',
  ],
];

for (const python of oldestAndNewest) {
  test(`a valid class passes the check, and nothing is constructed (Python ${python.version})`, async () => {
    for (const [title, text, predictorType = 'python'] of VALID) {
      await withHost({ python, files: text, params: { mode: 'check', predictorType } }, async (host) => {
        await host.initialize();
        assert.is((await bridgeErrorOf(host.predict('1'))).code, codes.INVALID_REQUEST, title);
        assert.is(await host.shutdown(), 0);
      });
    }
  });

  test(`an invalid class is told with file, class, method and argument (Python ${python.version})`, async () => {
    for (const [title, text, message, method, argument, predictorType = 'python'] of INVALID) {
      await withHost({ python, files: text, params: { predictorType } }, async (host) => {
        const error = await bridgeErrorOf(host.initialize());
        assert.is(error.code, codes.CLASS_INVALID, `${title}: ${error.message}`);
        assert.match(error.message, message);
        const data = error.data as ClassInvalidData;
        assert.equal([data.method, data.argument], [method, argument], title);
        assert.ok(data.className?.endsWith('Predictor'));
        assert.is(await host.end(), 1);
      });
    }
  });
}

test('an argument is passed only where it is declared', async () => {
  for (const [declared, expected] of [
    ['self', []],
    ['self, payload', ['payload']],
    ['self, request_id', ['request_id']],
    ['self, request_id=None, payload=None', ['payload', 'request_id']],
    ['self, payload, *args, **kwargs', ['payload']],
  ] as const) {
    const text = `class PythonPredictor:\n    def __init__(self, config): pass\n    def predict(${declared}): return {'got': sorted(k for k, v in locals().items() if k != 'self' and v)}\n`;
    await withHost({ files: text }, async (host) => {
      await host.initialize();
      assert.equal(await host.predict('1'), { got: expected }, declared);
    });
  }
});

test('a class imported into the module is served, and nothing of the host shadows the project', () =>
  withHost(
    {
      files: {
        'predictor.py': 'from signature import PythonPredictor\nimport logs, payload, result\n',
        'signature.py':
          "import sys, logs\nclass PythonPredictor:\n    def __init__(self, config): pass\n    def predict(self): return {'logs': logs.MINE, 'module': 'cortex_python_predictor' in sys.modules}\n",
        'logs.py': "MINE = 'mine'\n",
        'payload.py': '',
        'result.py': '',
      },
    },
    async (host) => {
      await host.initialize();
      assert.equal(await host.predict('1'), { logs: 'mine', module: true });
    },
  ));

test.run();
