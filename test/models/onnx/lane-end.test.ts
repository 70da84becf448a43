import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import type { StartModel } from '../../../runtime/models/onnx/model-process.ts';
import { startModelProcess } from '../../../runtime/models/onnx/start-model-process.ts';
import { floats, NEVER, strings } from './fixture.ts';
import { Caller, codeOf, HANDLE, withLane } from './laned.ts';

/** Too small for what this test has its strings decoded to. */
const SMALL_HEAP = ['--max-old-space-size=40'];

test('a process that ends closes its lane, tells why, and its models are called on another lane by the same handles', async () => {
  const start: StartModel = (lane, note) => startModelProcess({ lane }, { note, nodeOptions: SMALL_HEAP });
  await withLane(
    'identity-string',
    async ({ model, lane, processes, caller }) => {
      const count = 2_000_000;
      const one = caller();
      const texts = strings('x', [count], new Array<string>(count).fill('four'));
      assert.is(await codeOf(one.predict([texts])), codes.CONNECTION_CLOSED);
      const reason = await processes.whyEnded(lane, NEVER);
      assert.match(reason?.message ?? '', /memory/i);
      const next = await model.lane(NEVER);
      assert.is.not(next, lane);
      assert.equal(await processes.whyEnded(lane, NEVER), reason);
      assert.is(await processes.whyEnded(next ?? '', NEVER), null);
      const again = new Caller(next ?? '');
      const { value } = await again.predict([strings('x', [1], ['a'])]);
      assert.is((value as { outputs: { bytes: number }[] }).outputs[0]?.bytes, 5);
      again.connection.close(null);
    },
    start,
  );
});

test('of the calls that a process ends with unanswered, it is known which one it had begun', async () => {
  await withLane('abort', async ({ lane, processes, caller, together }) => {
    const callers = [caller(), caller(), caller()];
    const good = floats('x', [2, 1, 3], [1, 2, 3, 4, 5, 6]);
    const fatal = floats('x', [0, 1, 3], []);
    await Promise.all(callers.map((each) => each.predict([good])));
    const ids: number[] = [];
    const codesOfAll: Promise<number>[] = [];
    await together(() => {
      for (const [index, each] of callers.entries()) {
        const asked = each.predict([index === 1 ? fatal : good], HANDLE, null, (id) => ids.push(id));
        codesOfAll.push(codeOf(asked));
      }
    });
    // The first one may be answered before.
    const ends = await Promise.allSettled(codesOfAll);
    assert.is(ends[1]?.status === 'fulfilled' && ends[1].value, codes.CONNECTION_CLOSED);
    const reason = await processes.whyEnded(lane, NEVER);
    const begun = callers.map(({ name }, index) => reason?.mayHaveBegun({ caller: name, id: ids[index] ?? 0 }));
    assert.equal(begun, [false, true, false]);
    assert.is(reason?.mayHaveBegun({ caller: 99, id: ids[1] ?? 0 }), false);
  });
});

test.run();
