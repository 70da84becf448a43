import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { startModelThread } from '../../../runtime/models/onnx/start-model-thread.ts';
import { NEVER, strings } from './fixture.ts';
import { Caller, codeOf, withLane } from './laned.ts';

test('a thread that ends closes its lane, tells why, and its models are called on another lane by the same handles', async () => {
  const start: typeof startModelThread = (_, lane) => startModelThread({ maxOldGenerationSizeMb: 40 }, lane);
  await withLane(
    'identity-string',
    async ({ model, lane, threads, caller }) => {
      const count = 2_000_000;
      const one = caller();
      const texts = strings('x', [count], new Array<string>(count).fill('four'));
      assert.is(await codeOf(one.predict([texts])), codes.CONNECTION_CLOSED);
      const reason = await threads.whyEnded(lane, NEVER);
      assert.match(reason?.message ?? '', /memory/i);
      const next = await model.lane(NEVER);
      assert.is.not(next, lane);
      assert.equal(await threads.whyEnded(lane, NEVER), reason);
      assert.is(await threads.whyEnded(next ?? '', NEVER), null);
      const again = new Caller(next ?? '');
      const { value } = await again.predict([strings('x', [1], ['a'])]);
      assert.is((value as { outputs: { bytes: number }[] }).outputs[0]?.bytes, 5);
      again.connection.close(null);
    },
    start,
  );
});

test.run();
