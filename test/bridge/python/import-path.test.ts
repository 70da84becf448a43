import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PYTHON_END, withServing } from '../../support/host.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const BROKEN = 'raise ImportError("a module of the project took the place of a standard one")\n';
const NAMES = [
  'json',
  'queue',
  'socket',
  'struct',
  'select',
  'threading',
  'traceback',
  'inspect',
  'logging',
  'ctypes',
  'predict',
  'slots',
  'result',
];

const predictor = `
import os
import sys

class PythonPredictor:
    def __init__(self, config):
        pass

    def predict(self, payload):
        import own
        return {"own": own.NAME, "first": os.path.dirname(own.__file__) == sys.path[0], "variable": os.environ["PYTHONPATH"].split(os.pathsep)[0] == sys.path[0]}
`;

for (const python of oldestAndNewest) {
  for (const threads of [1, 3]) {
    test(`modules of a project that are named like the host's or the standard library's break nothing (Python ${python.version}, ${threads} threads)`, () => {
      const files = Object.fromEntries(NAMES.map((name) => [`${name}.py`, BROKEN]));
      const project = { ...files, 'own.py': 'NAME = "mine"\n', 'predictor.py': predictor };
      return withServing({ python, files: project, params: { threads } }, async (host) => {
        const { body } = await host.connection.request(
          'predict',
          { id: '1', contentType: 'application/json' },
          Buffer.from('{}'),
        );
        assert.equal(JSON.parse(body.toString()), { own: 'mine', first: true, variable: true });
      });
    });
  }
}

const STARTS = `
import os
import subprocess
import sys

CODE = '''
import sys
sys.stdout.write("imported ")
from cortex_internal.lib.log import logger
logger.debug("not shown")
logger.info("from a sub-process", extra={"count": 3})
sys.stdout.write(logger.name)
'''

class PythonPredictor:
    def __init__(self, config):
        pass

    def predict(self, payload):
        done = subprocess.run([sys.executable, "-c", CODE], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return {
            "out": done.stdout.decode(),
            "err": done.stderr.decode(),
            "variable": os.environ["PYTHONPATH"].split(os.pathsep),
            "path": sys.path,
        }
`;

for (const python of oldestAndNewest) {
  test(`a process that user code starts has the logger, which writes plain JSON lines to stderr (Python ${python.version})`, () =>
    withServing({ python, files: STARTS }, async (host) => {
      const { out, err, variable, path } = (await host.predict('1')) as Record<'out' | 'err', string> &
        Record<'variable' | 'path', string[]>;
      assert.is(out, 'imported cortex', err);
      const { levelname, message, count, labels } = JSON.parse(err) as Record<string, unknown>;
      assert.equal([levelname, message, count, labels], ['INFO', 'from a sub-process', 3, {}]);
      assert.equal(variable, [host.projectDir, PYTHON_END]);
      assert.equal([path.filter((entry) => entry === PYTHON_END).length, path.at(-1)], [1, PYTHON_END]);
    }));
}

test.run();
