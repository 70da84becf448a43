import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { withHost, withServing } from '../../support/host.ts';
import { pythons } from '../../support/pythons.ts';

const ECHO = `
class PythonPredictor:
    def __init__(self, config):
        self.config = config

    def predict(self, payload, request_id):
        if payload == 'raise':
            raise ValueError('x')
        if isinstance(payload, bytes):
            payload = list(payload)
        return {'payload': payload, 'request_id': request_id, 'config': self.config}
`;

const codeOf = async (promise: Promise<unknown>) => (await bridgeErrorOf(promise)).code;

for (const python of pythons) {
  const title = (text: string) => `${text} (Python ${python.version})`;

  test(title('a project is served from initialize to shutdown'), () =>
    withHost({ python, files: ECHO, config: { big: 12345678901234567n.toString() } }, async (host) => {
      const { value } = await host.initialize();
      const answer = value as { protocolVersion: number; pythonVersion: string; pid: number };
      assert.is(answer.protocolVersion, 1);
      assert.ok(answer.pythonVersion.startsWith(python.version));
      assert.is(answer.pid, host.child.pid);
      const config = { big: '12345678901234567' };
      assert.equal(await host.predict('{"a": [1, 2.5, null, "\\u00e9"]}'), {
        payload: { a: [1, 2.5, null, 'é'] },
        request_id: 'w1',
        config,
      });
      assert.equal(await host.predict('grüße', 'text/plain', 'w2'), { payload: 'grüße', request_id: 'w2', config });
      assert.equal(await host.predict(Buffer.from([0, 255, 10]), 'image/png'), {
        payload: [0, 255, 10],
        request_id: 'w1',
        config,
      });
      assert.is(await codeOf(host.predict('{"a": }')), codes.PAYLOAD_INVALID);
      assert.is(await codeOf(host.predict('"raise"')), codes.USER_EXCEPTION);
      assert.is(await codeOf(host.connection.request('nonsense', null)), codes.METHOD_NOT_FOUND);
      assert.is(await codeOf(host.initialize()), codes.INVALID_REQUEST);
      assert.equal(await host.predict('1'), { payload: 1, request_id: 'w1', config });
      assert.is(await host.shutdown(), 0);
      assert.is(host.stderr, '');
      assert.is(host.stdout, '');
    }),
  );

  test(title('a sleeping predict is cancelled, long before it would end, and the next one is served'), () =>
    withServing(
      {
        python,
        files: `
import time
from cortex_internal.lib.log import logger

class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self, payload):
        if payload:
            logger.info('sleeping')
            time.sleep(600)
        return {'ok': True}
`,
      },
      async (host) => {
        let id = 0;
        const answer = host.predictRaw('1', 'application/json', 'w1', (sent) => (id = sent));
        await host.waitForTold((note) => note.method === 'log');
        host.cancel(id);
        assert.is(await codeOf(answer), codes.CANCELLED);
        assert.equal(await host.predict('0'), { ok: true });
        assert.is(await host.shutdown(), 0);
      },
    ),
  );
}

test.run();
