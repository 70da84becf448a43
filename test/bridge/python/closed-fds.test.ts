import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXIT_FDS_CLOSED } from '../../../bridge/node/methods.ts';
import { withHost } from '../../support/host.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const CLOSES = `
import os

def close_from(lowest):
    os.closerange(lowest, 65536)

def replace_from(lowest):
    null = os.open(os.devnull, os.O_RDWR)
    for fd in range(lowest, 1024):
        os.dup2(null, fd)

class PythonPredictor:
    def __init__(self, config):
        eval(config['init'])
    def predict(self, payload):
        eval(payload)
        return {}
`;

const SAID = /^user code closed the file descriptors of the bridge: .+\n$/;

/** What runs in the constructor, what in predict, and what stderr holds then. */
const CLOSED: readonly (readonly [init: string, predict: string, stderr: RegExp])[] = [
  ['None', 'close_from(0)', /^$/],
  ['None', 'close_from(3)', SAID],
  ['None', 'replace_from(3)', SAID],
  ['close_from(0)', 'None', /^$/],
  ['close_from(3)', 'None', SAID],
];

for (const python of oldestAndNewest) {
  test(`a host whose fds user code has closed says so, by its exit code at least (Python ${python.version})`, async () => {
    for (const [init, predict, stderr] of CLOSED) {
      await withHost({ python, files: CLOSES, config: { init } }, async (host) => {
        const served = host
          .initialize()
          .then(() => host.predict(predict, 'text/plain'))
          .catch(() => 'no answer');
        assert.is(await host.end(), EXIT_FDS_CLOSED, `${init}, ${predict}`);
        assert.match(host.stderr, stderr);
        assert.is(await served, 'no answer');
      });
    }
  });
}

test.run();
