import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { answered, codeOf, GOOD, withLane } from './laned.ts';

/** More than a lane ever has at the same time. */
const MANY = 5000;

test('who has come and gone keeps nobody out, however many have', async () => {
  await withLane('pairs', async ({ caller }) => {
    for (let count = 0; count < MANY; count++) {
      const { socket, connection } = caller();
      await once(socket, 'connect');
      // The system keeps only so many waiting to be let in.
      if (count % 100 === 0) await codeOf(connection.request('onnx/list', null));
      connection.close(null);
    }
    assert.equal(answered(await caller().predict([GOOD])), [[1, 2]]);
  });
});

test.run();
