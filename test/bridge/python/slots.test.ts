import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { hostDir } from '../../../runtime/predictor/host-program.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { withHost, withServing } from '../../support/host.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

/** Cancels a request that waits for an answer, read at the limit of recursion, three times. Prints how often its wait was to be ended, and how often it was. */
const CANCELS = `
import sys
sys.path.insert(0, sys.argv[1])
from predictor_host.incoming import Incoming
from predictor_host.slots import _Job

class Connection:
    tried = ended = 0
    def interrupt(self, thread):
        self.tried += 1
        if self.tried == 1:
            raise RecursionError()
        self.ended += 1
        return True

connection, job = Connection(), _Job(Incoming({'id': 1}, b'', []))
job.arm()
for _ in range(3):
    try:
        job.cancel(connection)
    except RecursionError:
        pass
print(connection.tried, connection.ended, job.cancelled)
`;

const MEETS = `
import os, threading
from cortex_internal.lib.log import logger

class PythonPredictor:
    def __init__(self, config):
        self.main = threading.current_thread() is threading.main_thread()
        self.meeting = threading.Barrier(3)
    def predict(self, payload, request_id):
        if payload == 'meet':
            self.meeting.wait(40)
        elif payload == 'fork':
            if os.fork() == 0:
                return {}
        elif payload == 'raise':
            raise ValueError('x')
        logger.info(request_id)
        return {'main': self.main, 'thread': threading.current_thread() is threading.main_thread()}
`;

for (const python of oldestAndNewest) {
  test(`a cancellation that is read at the limit of recursion is not lost (Python ${python.version})`, async () => {
    assert.is((await execa(python.executable, ['-c', CANCELS, hostDir])).stdout, '2 1 True');
  });

  test(`three threads share one instance that was made on the main thread (Python ${python.version})`, () =>
    withServing({ python, files: MEETS, params: { threads: 3 } }, async (host) => {
      const ids = ['w1', 'w2', 'w3'];
      const answers = await Promise.all(ids.map((id) => host.predict('"meet"', 'application/json', id)));
      for (const answer of answers) assert.equal(answer, { main: true, thread: false });
      const served = host.records.map((record) => [
        record['message'],
        (record['labels'] as { requestID: string }).requestID,
      ]);
      assert.equal(
        served.sort(),
        ids.map((id) => [id, id]),
      );
      assert.is((await bridgeErrorOf(host.predict('"raise"'))).code, codes.USER_EXCEPTION);
      assert.is((await bridgeErrorOf(host.predict('{'))).code, codes.PAYLOAD_INVALID);
      assert.equal(await host.predict('"fork"'), { main: true, thread: false });
      assert.is(await host.shutdown(), 0);
    }));
}

test('a shutdown waits for the predicts that run', () =>
  withServing({ files: MEETS, params: { threads: 3 } }, async (host) => {
    const answers = ['a', 'b', 'c'].map((id) => host.predict('"meet"', 'application/json', id));
    const ended = host.shutdown();
    assert.is((await Promise.all(answers)).length, 3);
    assert.is(await ended, 0);
  }));

for (const threads of [1, 3]) {
  test(`a supervisor that goes away ends the process (${threads} at a time)`, () =>
    withHost({ files: MEETS, params: { threads } }, async (host) => {
      await host.initialize();
      host.connection.close(null);
      assert.is(await host.end(), 1);
    }));
}

test.run();
