import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import type { UserExceptionData } from '../../../bridge/node/methods.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { type TestHost, withHost, withServing } from '../../support/host.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const RUNS = `
import asyncio, os, subprocess, threading, time
from cortex_internal.lib.log import logger

class PythonPredictor:
    def __init__(self, config):
        self.count = 0
    def predict(self, payload, request_id):
        names = dict(globals(), outcome=request_id, request_id=request_id)
        logger.info('begun ' + request_id)
        exec(payload, names)
        return {'outcome': names['outcome']}
`;

async function begin(host: TestHost, code: string, name: string, word = 'begun') {
  let id = 0;
  const answer = host.predictRaw(code, 'text/plain', name, (sent) => (id = sent));
  await host.waitForTold(({ method, body }) => method === 'log' && body.includes(`${word} ${name}"`));
  return { id, answer };
}

/** Each would take longer than the test waits for an answer. */
const STOPPED: readonly (readonly [title: string, code: string])[] = [
  ['a sleep', 'time.sleep(600)'],
  ['a busy loop', 'while True: pass'],
  // As `subprocess.call` does; within `Popen` itself a cancellation would leave the sub-process to nobody, hence it is sent after the record only.
  [
    'a sub-process',
    "with subprocess.Popen(['sleep', '600']) as child:\n  try: logger.info('inside ' + request_id); child.wait()\n  except: child.kill(); raise",
  ],
  ['a loop that logs', 'while True: logger.info("x" * 1000)'],
  [
    'a join of another thread',
    't = threading.Thread(target=time.sleep, args=(600,)); t.daemon = True; t.start(); t.join()',
  ],
  ['an except Exception', 'while True:\n  try: time.sleep(600)\n  except Exception: pass'],
  ['a finally', 'try: time.sleep(600)\nfinally: logger.info("cleaned up")'],
];

for (const python of oldestAndNewest) {
  test(`on the main thread a cancellation stops whatever waits or runs (Python ${python.version})`, () =>
    withServing({ python, files: RUNS }, async (host) => {
      for (const [index, [title, code]] of STOPPED.entries()) {
        const { id, answer } = await begin(host, code, `m${index}`, code.includes("'inside '") ? 'inside' : 'begun');
        host.cancel(id);
        assert.is((await bridgeErrorOf(answer)).code, codes.CANCELLED, title);
        assert.equal(await host.predict('pass', 'text/plain', 'next'), { outcome: 'next' }, title);
      }
      assert.is(await host.shutdown(), 0);
    }));

  test(`on other threads a cancellation stops only its own request (Python ${python.version})`, () =>
    withServing({ python, files: RUNS, params: { threads: 2 } }, async (host) => {
      const loop = 'while True: time.sleep(0.01)';
      const first = await begin(host, loop, 'w1');
      const second = await begin(host, 'for _ in range(100): time.sleep(0.01)', 'w2');
      host.cancel(first.id);
      assert.is((await bridgeErrorOf(first.answer)).code, codes.CANCELLED);
      assert.equal(JSON.parse((await second.answer).body.toString()), { outcome: 'w2' });
      assert.equal(await host.predict('pass', 'text/plain', 'w3'), { outcome: 'w3' });
      assert.is(await host.shutdown(), 0);
    }));
}

/** Real-time signals as other systems number them, and what a host with one thread then names. */
for (const [system, change, named] of [
  ['glibc', 'signal.SIGRTMIN = 34', 41],
  ['musl', 'signal.SIGRTMIN = 35', 42],
  ['macOS', 'del signal.SIGRTMIN', null],
] as const) {
  test(`the signal that the host names is one that ${system} has`, () => {
    const files = { 'predictor.py': RUNS, 'sitecustomize.py': `import signal\n${change}\n` };
    return withHost({ files, env: { PYTHONPATH: '.' } }, async (host) => {
      const { cancelSignal } = (await host.initialize()).value;
      assert.is(cancelSignal, named);
      if (cancelSignal === null) return;
      const { id, answer } = await begin(host, 'time.sleep(600)', 'w1');
      host.cancel(id);
      assert.is((await bridgeErrorOf(answer)).code, codes.CANCELLED);
    });
  });
}

test('where several run at a time no signal is asked for', () =>
  withHost({ files: RUNS, params: { threads: 2 } }, async (host) => {
    assert.is((await host.initialize()).value.cancelSignal, null);
  }));

test('code that swallows the cancellation ends as it ends', () =>
  withServing({ files: RUNS }, async (host) => {
    // A cancellation between the record of the beginning and the try would find nobody who swallows it.
    const inside = (name: string): string => `try:\n  logger.info("inside ${name}")\n  time.sleep(600)`;
    const swallowed = await begin(host, `${inside('w1')}\nexcept BaseException: outcome = "kept"`, 'w1', 'inside');
    host.cancel(swallowed.id);
    assert.equal(JSON.parse((await swallowed.answer).body.toString()), { outcome: 'kept' });
    const turned = await begin(
      host,
      `${inside('w2')}\nexcept BaseException: raise ValueError("turned")`,
      'w2',
      'inside',
    );
    host.cancel(turned.id);
    const error = await bridgeErrorOf(turned.answer);
    assert.is(error.code, codes.USER_EXCEPTION);
    assert.ok((error.data as UserExceptionData).text.startsWith('turned'));
  }));

test('a request that is still waiting is cancelled without being run', () =>
  withServing({ files: RUNS }, async (host) => {
    const running = await begin(host, 'time.sleep(600)', 'w1');
    let waitingId = 0;
    const waiting = host.predictRaw('pass', 'text/plain', 'w2', (sent) => (waitingId = sent));
    host.cancel(waitingId);
    host.cancel(running.id);
    assert.is((await bridgeErrorOf(running.answer)).code, codes.CANCELLED);
    assert.is((await bridgeErrorOf(waiting)).code, codes.CANCELLED);
    assert.not.ok(host.records.some((record) => record['message'] === 'begun w2'));
    assert.equal(await host.predict('pass', 'text/plain', 'w3'), { outcome: 'w3' });
  }));

for (const threads of [1, 3]) {
  test(`a cancellation at any moment harms nothing but its request (${threads} at a time)`, () =>
    withServing({ files: RUNS, params: { threads } }, async (host) => {
      const outcomes = { done: 0, cancelled: 0 };
      for (let round = 0; round < 300; round++) {
        let id = 0;
        const answer = host.predictRaw('sum(range(2000))', 'text/plain', 'w', (sent) => (id = sent));
        for (let turn = 0; turn < round % 7; turn++) await new Promise((resolve) => setImmediate(resolve));
        host.connection.notify('$/cancelRequest', { id });
        host.cancel(id);
        try {
          await answer;
          outcomes.done++;
        } catch (error) {
          assert.is((error as { code?: number }).code, codes.CANCELLED, String(error));
          outcomes.cancelled++;
        }
      }
      assert.is(outcomes.done + outcomes.cancelled, 300);
      assert.equal(await host.predict('pass', 'text/plain', 'last'), { outcome: 'last' });
      assert.is(await host.shutdown(), 0);
      assert.is(host.stderr, '');
    }));
}

test.run();
