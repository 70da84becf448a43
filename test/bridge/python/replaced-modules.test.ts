import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withHost, withServing } from '../../support/host.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

/** A predictor that replaces what is in a module of the standard library by what raises, and puts it back when it is asked to. */
const REPLACES = `
import importlib, sys
from cortex_internal.lib.log import logger

def broken(*given, **named):
    raise ZeroDivisionError('replaced')

class Raising:
    def write(self, text):
        raise KeyboardInterrupt('write')
    def flush(self):
        sys.exit(4)

class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self, payload):
        name = payload['replace']
        if name == 'streams':
            sys.stdout = sys.stderr = Raising()
        elif name == 'no streams':
            sys.stdout = sys.stderr = None
        elif name == 'log':
            print('printed')
            logger.info('logged')
        elif name == 'raise':
            raise ValueError('raised')
        else:
            module = importlib.import_module(name)
            for each in dir(module):
                if not each.startswith('__') and callable(getattr(module, each)):
                    setattr(module, each, broken)
        return {'replaced': name}
`;

const NAMES = ['json', 'json.decoder', 'socket', 'select', 'threading', 'signal', 'os', 'linecache'];

for (const python of oldestAndNewest) {
  for (const threads of [1, 2]) {
    const title = `(Python ${python.version}, ${threads} threads)`;
    const options = { python, files: REPLACES, params: { threads } };
    for (const name of [...NAMES, 'streams', 'no streams']) {
      test(`a predictor that replaces ${name} is served on ${title}`, () =>
        withServing(options, async (host) => {
          const replace = (what: string) => host.predict(JSON.stringify({ replace: what }));
          assert.equal(await replace(name), { replaced: name });
          assert.equal(await replace('os'), { replaced: 'os' });
        }));
    }
  }
}

test('what replaces all that an answer needs ends the process, and says why', () =>
  withHost(
    {
      files: `
import predictor_host.answers

class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self):
        def broken(*given):
            raise ZeroDivisionError('replaced')
        predictor_host.answers.refusal = broken
        raise ValueError()
`,
      params: { threads: 2 },
    },
    async (host) => {
      await host.initialize();
      host.predict('{}').catch(() => undefined);
      assert.is(await host.end(), 1);
      assert.match(host.stderr, /^user code makes an answer impossible: ZeroDivisionError: replaced$/m);
    },
  ));

test.run();
