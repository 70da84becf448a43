import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';
import type { UserExceptionData } from '../../../bridge/node/methods.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { type TestHost, withServing } from '../../support/host.ts';
import { newest, oldestAndNewest } from '../../support/pythons.ts';

/**
 * A predictor that leaves a timer behind. Its handler raises `self.kind` when the host's code in the file `self.where` was interrupted
 * (anywhere, but not in predict, with `*`), `self.left` times.
 */
const LEAVES_TIMER = `
import os, signal, sys

class Alarm(Exception):
    pass

class PythonPredictor:
    def __init__(self, config):
        self.where, self.left, self.kind = None, 0, Alarm
        signal.signal(signal.SIGALRM, self.ring)
    def ring(self, number, frame):
        files = []
        while frame is not None:
            files.append(os.path.basename(frame.f_code.co_filename))
            frame = frame.f_back
        if self.left > 0 and 'predictor.py' not in files and (self.where == '*' or self.where in files):
            self.left -= 1
            if self.kind is SystemExit:
                signal.setitimer(signal.ITIMER_REAL, 0)
            raise self.kind('alarm')
    def predict(self, payload):
        if isinstance(payload, dict):
            self.where, self.left, self.kind = payload['where'], payload['left'], {
                'Alarm': Alarm, 'TimeoutError': TimeoutError, 'MemoryError': MemoryError, 'SystemExit': SystemExit}[payload['kind']]
            signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
            return {}
        if payload == 'stop':
            self.left = 0
            signal.setitimer(signal.ITIMER_REAL, 0)
        return {'back': payload, 'left': self.left}
`;

const KINDS = ['Alarm', 'TimeoutError', 'MemoryError'];
const BIG = JSON.stringify(Array.from({ length: 30_000 }, () => []));

/** The timer may hit the answer to this very request, on a machine that is busy. */
async function arm(host: TestHost, where: string, left: number, kind: string): Promise<void> {
  await host.predict(JSON.stringify({ where, left, kind })).catch((error: unknown) => {
    if (!(error instanceof BridgeError)) throw error;
  });
}

/** Sends the same payload until the timer has hit; resolves to the error of the request that it hit, if that got one. */
async function untilHit(host: TestHost, payload: string): Promise<BridgeError | null> {
  for (;;) {
    try {
      const { left } = (await host.predict(payload)) as { left: number };
      if (left === 0) return null;
    } catch (error) {
      if (error instanceof BridgeError) return error;
      throw error;
    }
  }
}

// Before Python 3.10 a handler may run between the opcodes of an except clause, where nothing can be guarded: such a host may end.
for (const threads of [1, 2]) {
  for (const python of [newest]) {
    const title = `(${threads} at a time, Python ${python.version})`;
    const options = { python, files: LEAVES_TIMER, params: { threads } };

    test(`a timer that raises anywhere in the host leaves no request without an answer ${title}`, () =>
      withServing(options, async (host) => {
        for (const kind of KINDS) {
          await arm(host, '*', 200, kind);
          for (let round = 0; round < 40; round++) {
            const sent = [BIG, '1', '"x"', BIG.slice(0, 90_000 - 1) + ']'].map((text) => host.predict(text));
            for (const answer of await Promise.allSettled(sent)) {
              if (answer.status === 'fulfilled') continue;
              assert.instance(answer.reason, BridgeError, String(answer.reason));
              assert.ok((answer.reason as BridgeError).code !== codes.CONNECTION_CLOSED);
            }
          }
          // The timer may hit this one too.
          while ((await host.predict('"stop"').catch(() => true)) === true);
          assert.equal(await host.predict('2'), { back: 2, left: 0 });
        }
        assert.is(await host.shutdown(), 0);
      }));
  }
}

for (const kind of [...KINDS, 'SystemExit']) {
  test(`${kind} from a timer while a payload is decoded is the answer to the request`, () =>
    withServing({ files: LEAVES_TIMER }, async (host) => {
      await arm(host, 'payload.py', 1, kind);
      const error = await untilHit(host, BIG);
      assert.is(error?.code, kind === 'MemoryError' ? codes.INTERNAL_ERROR : codes.USER_EXCEPTION);
      if (kind !== 'MemoryError') assert.match((error?.data as UserExceptionData).text, /^alarm/);
      await host.predict('"stop"');
      assert.equal(await host.predict('3'), { back: 3, left: 0 });
      assert.is(await host.shutdown(), 0);
    }));

  test(`${kind} from a timer while a result is encoded does not leave the request without an answer`, () =>
    withServing({ files: LEAVES_TIMER }, async (host) => {
      await arm(host, 'result.py', 1, kind);
      await untilHit(host, BIG);
      await host.predict('"stop"');
      assert.equal(await host.predict('3'), { back: 3, left: 0 });
      assert.is(await host.shutdown(), 0);
    }));

  test(`${kind} from a timer between two requests ${kind === 'SystemExit' ? 'ends' : 'does not end'} the process`, () =>
    withServing({ files: LEAVES_TIMER }, async (host) => {
      await arm(host, 'reading.py', 1, kind);
      if (kind === 'SystemExit') assert.is(await host.end(), 1);
      else {
        assert.is(await untilHit(host, '1'), null);
        await host.predict('"stop"');
        assert.match(host.stderr, /alarm/);
        assert.equal(await host.predict('3'), { back: 3, left: 0 });
        assert.is(await host.shutdown(), 0);
      }
    }));
}

const RAISES_LATE = `
class Late(dict):
    def items(self):
        raise KeyboardInterrupt('late')

class PythonPredictor:
    def __init__(self, config): pass
    def predict(self, payload):
        return {'late': Late(a=1)} if payload == 'late' else {}
`;

for (const threads of [1, 2]) {
  test(`what a result raises while it is written is the answer (${threads} at a time)`, () =>
    withServing({ files: RAISES_LATE, params: { threads } }, async (host) => {
      for (let round = 0; round < 4; round++) {
        assert.is((await bridgeErrorOf(host.predict('"late"'))).code, codes.USER_EXCEPTION);
      }
      assert.equal(await host.predict('1'), {});
      assert.is(await host.shutdown(), 0);
    }));
}

/**
 * A predictor that leaves the host's sender and reader as an interruption would where nothing can be guarded: the lock held, a thread that is said to write,
 * the turn to read taken. What another thread logs shows whether the lock is free.
 */
const LEAVES_TAKEN = `
import threading
from _thread import get_ident
from cortex_internal.lib.log import logger
from predictor_host.serving import serving

class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self, payload):
        if payload == 'take':
            connection = serving.connection
            sender = connection._sender
            sender._lock.acquire()
            sender.shielded += 1
            connection._reading.turn.taken[0] = get_ident()
            return {}
        thread = threading.Thread(target=logger.info, args=('from a thread',))
        thread.start()
        thread.join(30)
        return {'isLogged': not thread.is_alive(), 'turns': len(serving.connection._reading.turn.taken)}
`;

for (const python of oldestAndNewest) {
  test(`what an interruption has left taken is free at the next request, and what it left unwritten is written (Python ${python.version})`, () =>
    withServing({ python, files: LEAVES_TAKEN }, async (host) => {
      assert.equal(await host.predict('"take"'), {});
      assert.equal(await host.predict('"look"'), { isLogged: true, turns: 0 });
    }));
}

test.run();
