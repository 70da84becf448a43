import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { startModelProcess } from '../../../runtime/models/onnx/start-model-process.ts';
import { NEVER, strings } from './fixture.ts';
import { Caller, codeOf, withLane } from './laned.ts';

/** Too small for what this test has its strings decoded to. */
const SMALL_HEAP = ['--max-old-space-size=40'];

test('a process that ends closes its lane, tells why, and its models are called on another lane by the same handles', async () => {
  const start = (lane: string | null) => startModelProcess({ lane }, { reaper: null, nodeOptions: SMALL_HEAP });
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

test.run();
