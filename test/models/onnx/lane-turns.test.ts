import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { filled, floats, rounds } from './fixture.ts';
import { answered, codeOf, HANDLE, withLane } from './laned.ts';

/** They take some minutes. */
const TOO_MANY = 20_000;

test('those who call take turns, however many calls each of them has waiting', async () => {
  await withLane('slow', async ({ caller, together }) => {
    const [busy, many, one] = [caller(), caller(), caller()];
    await Promise.all([busy, many, one].map((each) => each.predict([rounds(1)])));
    const calls: Promise<unknown>[] = [];
    await together(() => {
      calls.push(busy.predict([rounds(1)]), many.predict([rounds(1)]));
      // It would take longer than this test may, and is ended with the process.
      many.predict([rounds(TOO_MANY)]).catch(() => undefined);
      calls.push(one.predict([rounds(1)]));
    });
    await Promise.all(calls);
  });
});

test('a call that is cancelled before it has begun is not run, and one whose caller is gone neither', async () => {
  await withLane('slow', async ({ caller, together }) => {
    const [busy, one, gone] = [caller(), caller(), caller()];
    await Promise.all([busy, one, gone].map((each) => each.predict([rounds(1)])));
    const calls: Promise<unknown>[] = [];
    // Each of the last two would take longer than this test may.
    await together(() => {
      calls.push(busy.predict([rounds(1)]));
      let id = 0;
      calls.push(codeOf(one.predict([rounds(1_000_000)], HANDLE, null, (sent) => (id = sent))));
      one.connection.cancel(id);
      gone.predict([rounds(1_000_000)]).catch(() => undefined);
      // What closes at once takes what is to be written with it.
      process.nextTick(() => {
        gone.connection.close(null);
      });
    });
    const [, code] = await Promise.all(calls);
    assert.is(code, codes.CANCELLED);
    await one.predict([rounds(1)]);
  });
});

test('one that does not read its large answers keeps the others up for a moment only', async () => {
  await withLane('identity-float32', async ({ caller }) => {
    const [lazy, other] = [caller(), caller()];
    const large = filled('x', 'float32', [2_000_000], new Float32Array(2_000_000).fill(2));
    const small = floats('x', [1], [3]);
    await Promise.all([lazy, other].map(({ socket }) => once(socket, 'connect')));
    lazy.socket.pause();
    const late = lazy.predict([large]);
    for (let turn = 0; turn < 5; turn++) assert.equal(answered(await other.predict([small])), [[3]]);
    lazy.socket.resume();
    const [values] = answered(await late);
    assert.is(values?.length, 2_000_000);
  });
});

test.run();
