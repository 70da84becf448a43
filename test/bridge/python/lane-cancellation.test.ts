import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { up } from '../../../bridge/node/methods.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { deadline } from '../../support/deadline.ts';
import type { TestHost } from '../../support/host.ts';
import { ANSWER, CALL, hold, LANES, withLane } from '../../support/models/laned.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

/** More than a socket holds. */
const LARGE = 'client.predict([1.5] * 2000000)[0][0][-1]';
/** Sends a metric when the lane has taken a part of a request and no more. */
const TELLS_WHEN_FULL = `[setattr(lane, "_wait_for_room", lambda wait=lane._wait_for_room: (client._calls._connection.notify("metric", None), wait())) for lane in ${LANES}.values()]`;

/** A workload whose call of the model has come to the lane, which `begun` tells. */
async function called(host: TestHost, begun: Promise<unknown>) {
  let id = 0;
  const answer = host.predictRaw(`["${CALL}"]`, undefined, undefined, (sent) => (id = sent));
  await deadline(30_000, begun, 'a call of the model');
  const cancel = (): void => {
    host.cancel(id);
  };
  return { answer, cancel };
}

for (const python of oldestAndNewest) {
  for (const threads of [1, 4]) {
    const title = `(Python ${python.version}, ${threads} threads)`;

    test(`a call that waits on a lane is cancelled with its workload, and the lane goes on ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, host, peer, lane }) => {
        assert.equal(await tell(CALL), [ANSWER]);
        const begun = hold(peer);
        const { answer, cancel } = await called(host, begun);
        cancel();
        assert.is((await bridgeErrorOf(answer)).code, codes.CANCELLED);
        assert.equal(await tell(CALL), [ANSWER]);
        assert.is(lane.asked, 3);
      });
    });

    test(`a cancellation that comes in one piece with another workload is not left behind that ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, host, peer }) => {
        assert.equal(await tell(CALL), [ANSWER]);
        const begun = hold(peer);
        const { answer, cancel } = await called(host, begun);
        // The first goes out at once, all else of this turn together.
        const behind = [tell('1'), tell('2')];
        cancel();
        assert.is((await bridgeErrorOf(answer)).code, codes.CANCELLED);
        assert.equal(await Promise.all(behind), [['1'], ['2']]);
      });
    });

    test(`an answer that comes after its call was cancelled is dropped ${title}`, async () => {
      await withLane({ python, threads }, async ({ tell, host, peer, lane }) => {
        let answerIt = (): void => undefined;
        const begun = new Promise<void>((resolve) => {
          // As a run that nothing ends.
          peer.before = () =>
            new Promise((release) => {
              answerIt = release;
              resolve();
            });
        });
        const { answer, cancel } = await called(host, begun);
        cancel();
        assert.is((await bridgeErrorOf(answer)).code, codes.CANCELLED);
        peer.before = () => Promise.resolve();
        answerIt();
        assert.equal(await tell('client.predict([3, 4])[0]'), ['[[3.0, 4.0]]']);
        assert.is(lane.connections, 1);
      });
    });

    test(`a call that the lane has no room for is cancelled, and what is left of it disturbs no other ${title}`, async () => {
      await withLane(
        { python, threads },
        async ({ tell, host, lane }) => {
          assert.equal(await tell(LARGE), ['1.5']);
          await lane.untilConnected(1);
          lane.stall(true);
          let id = 0;
          const answer = host.predictRaw(
            JSON.stringify([TELLS_WHEN_FULL, LARGE]),
            undefined,
            undefined,
            (sent) => (id = sent),
          );
          await host.waitForTold(({ method }) => method === up.metric);
          host.cancel(id);
          assert.is((await bridgeErrorOf(answer)).code, codes.CANCELLED);
          lane.stall(false);
          assert.equal(await tell('client.predict([7])[0]', LARGE), ['[[7.0]]', '1.5']);
          assert.is(lane.connections, 1);
        },
        null,
      );
    });
  }
}

test.run();
