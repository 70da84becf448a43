import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withServing } from '../../support/host.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const shape = (predict: string, further = '') =>
  `class PythonPredictor:\n    def __init__(self, config): pass\n    def predict(self, payload): ${predict}\n${further}`;
const HOOK = '    def post_predict(self, response): pass\n';

/** Title, source, what is warned of. */
const CLASSES: readonly (readonly [string, string, readonly string[]])[] = [
  ['a class without hooks', shape('return {}'), []],
  ['a hook', shape('return {}', HOOK), ['post_predict']],
  [
    'both hooks, one of them static',
    shape('return {}', `${HOOK}    @staticmethod\n    def pre_predict(payload): pass\n`),
    ['pre_predict', 'post_predict'],
  ],
  [
    'a hook of a base',
    `class Base:\n${HOOK}${shape('return {}').replace('Predictor:', 'Predictor(Base):')}`,
    ['post_predict'],
  ],
  ['a method of that name that predict calls itself', shape('self.post_predict({}); return {}', HOOK), []],
  [
    'a method of that name that another method calls',
    shape('return self.run()', `${HOOK}    def run(self): self.post_predict({}); return {}\n`),
    [],
  ],
  [
    'a call of it in a comprehension, and one in a lambda',
    shape(
      'return {"all": [self.post_predict(one) for one in [1]] + list(map(lambda one: self.pre_predict(one), [1]))}',
      `${HOOK}    def pre_predict(self, one): pass\n`,
    ),
    [],
  ],
  [
    'a call of it below a decorator',
    `import functools\ndef wrapped(act):\n    @functools.wraps(act)\n    def inner(self, payload): return act(self, payload)\n    return inner\n${shape('self.post_predict({}); return {}', HOOK).replace('    def predict', '    @wrapped\n    def predict')}`,
    [],
  ],
  [
    'a call of it in a decorator, which wraps what it gives back once more',
    `import functools\ndef wrapped(act):\n    @functools.wraps(act)\n    def inner(self, payload): return self.post_predict(act(self, payload))\n    return functools.wraps(inner)(inner)\n${shape('return {}', HOOK.replace('pass', 'return response')).replace('    def predict', '    @wrapped\n    def predict')}`,
    [],
  ],
  [
    'a call of it below a decorator that does not tell what it wraps',
    `def wrapped(act):\n    later = lambda: unset\n    def inner(self, payload): return later and act(self, payload)\n    return inner\n    unset = 1\n${shape('self.post_predict({}); return {}', HOOK).replace('    def predict', '    @wrapped\n    def predict')}`,
    [],
  ],
  [
    'hooks that are got by their names',
    shape(
      'return [getattr(self, name, None) for name in ("pre_predict", "other")] and getattr(self, "post_predict") and {}',
      `${HOOK}    def pre_predict(self, payload): pass\n`,
    ),
    [],
  ],
  [
    'a call of it in a function of the module',
    `def run(predictor): predictor.post_predict({})\n${shape('run(self); return {}', HOOK)}`,
    [],
  ],
  [
    'a hook that a subclass has taken away',
    `class Base:\n${HOOK}${shape('return {}', '    post_predict = None\n').replace('Predictor:', 'Predictor(Base):')}`,
    [],
  ],
  [
    'an attribute that answers nothing',
    `class Lazy:\n    def __getattribute__(self, name): raise RuntimeError("not now")\n${shape('return {}', `${HOOK}    lazy = Lazy()\n`)}`,
    ['post_predict'],
  ],
  ['no method of that name', shape('return {}', '    post_predict = None\n'), []],
];

for (const python of oldestAndNewest) {
  for (const [title, files, warned] of CLASSES) {
    test(`Python ${python.version}, ${title}: ${warned.length === 0 ? 'nothing is said' : 'it is said that Pons does not call it'}`, async () => {
      await withServing({ python, files }, async (host) => {
        await host.predict('1');
        assert.equal(
          host.records.map(({ levelname, message }) => `${String(levelname)} ${String(message)}`),
          warned.map(
            (name) =>
              `WARNING Pons does not call PythonPredictor.${name}: AsyncAPI has no such hook; where nothing else calls it, call it from predict`,
          ),
        );
      });
    });
  }
}

test.run();
