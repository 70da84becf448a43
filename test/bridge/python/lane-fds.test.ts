import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ANSWER, CALL, hold, withLane } from '../../support/models/laned.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const beside = {
  'lane_fds.py': readFileSync(new URL('../../fixtures/host/lane_fds.py', import.meta.url), 'utf8'),
};
const IT = '__import__("lane_fds")';
const UNTOUCHED = `${IT}.untouched()`;
const LOST = /^UserRuntimeException: the connection to the process that runs .* was lost$/;
/** More than a socket holds. */
const LARGE = 'client.predict([1.5] * 2000000)[0][0][-1]';

for (const python of oldestAndNewest) {
  for (const threads of [1, 4]) {
    const title = `(Python ${python.version}, ${threads} threads)`;

    for (const thing of ['pipe', 'null', 'socket']) {
      test(`a ${thing} that user code puts over a lane ends the call that waits there, and is left alone ${title}`, () =>
        withLane({ python, threads, beside }, async ({ tell, peer, lane }) => {
          assert.equal(await tell(CALL), [ANSWER]);
          void hold(peer);
          const [, lost] = await tell(`${IT}.replace_when("_wait_for_arrival", "${thing}")`, CALL);
          assert.match(lost ?? '', LOST);
          assert.equal(await tell(CALL, UNTOUCHED, CALL), [ANSWER, "(b'for the user', None)", ANSWER]);
          await lane.untilConnected(1);
        }));
    }

    test(`nothing of a request that the lane has no room for goes to what user code puts over it ${title}`, () =>
      withLane(
        { python, threads, beside },
        async ({ tell, lane }) => {
          assert.equal(await tell(LARGE), ['1.5']);
          await lane.untilConnected(1);
          lane.stall(true);
          const [, lost] = await tell(`${IT}.replace_when("_wait_for_room", "socket")`, LARGE);
          assert.match(lost ?? '', LOST);
          assert.equal(await tell(UNTOUCHED, LARGE), ["(b'for the user', None)", '1.5']);
        },
        null,
      ));
  }
}

test.run();
