import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../support/deadline.ts';
import { ANSWER, CALL, type Laned, withLane } from '../../support/models/laned.ts';
import { oldestAndNewest, type Python } from '../../support/pythons.ts';

const FIXTURE = new URL('../../fixtures/host/lane_interruptions.py', import.meta.url);
const beside = { 'lane_interruptions.py': readFileSync(FIXTURE, 'utf8') };
const IT = '__import__("lane_interruptions")';

const onMain = (python: Python, body: (laned: Laned) => Promise<void>) => withLane({ python, beside }, body);

for (const python of oldestAndNewest) {
  const title = `(Python ${python.version})`;

  test(`who sleeps at a lane that an interruption has left taken is woken before the next request ${title}`, () =>
    onMain(python, async ({ tell }) => {
      assert.equal(await tell(CALL, `setattr(self, "sleeper", ${IT}.sleeper(client))`), [ANSWER, 'None']);
      assert.equal(await tell('self.sleeper.join(30)', 'self.sleeper.is_alive()', CALL), ['None', 'False', ANSWER]);
    }));

  test(`a signal handler calls a model in the middle of a call, and may read the answer of that ${title}`, () =>
    onMain(python, async ({ tell, peer, lane }) => {
      assert.equal(await tell(CALL, `setattr(self, "came", ${IT}.calls_in_handler(client))`), [ANSWER, 'None']);
      const released: (() => void)[] = [];
      const bothCame = new Promise<void>((resolve) => {
        peer.before = () =>
          new Promise((release) => {
            if (released.push(release) === 2) resolve();
          });
      });
      const told = tell(CALL, 'self.came');
      await Promise.race([deadline(30_000, bothCame, 'a call within a call'), told]);
      // The answer of the outer call comes first.
      for (const release of released) release();
      assert.equal(await told, [ANSWER, '[[[7.0, 7.0]]]']);
      assert.is(lane.asked, 3);
    }));

  test(`the lock of a lane that an interruption has left held is free at the next request, also where the fd is not the lane's any more ${title}`, () =>
    onMain(python, async ({ tell }) => {
      await tell(CALL, `setattr(self, "lane", ${IT}.leaves_lock_and_fd(client))`);
      assert.equal(await tell(`${IT}.is_locked(self.lane)`), ['False']);
    }));

  test(`connecting a lane leaves no socket behind, wherever it is interrupted ${title}`, () =>
    onMain(python, async ({ tell }) => {
      assert.equal(await tell(`${IT}.sockets_left_by_connecting(client)`, CALL), ['(True, 0)', ANSWER]);
    }));

  test(`a lane is connected where no cancellation raises ${title}`, () =>
    onMain(python, async ({ tell }) => {
      const looks =
        '(lambda lanes, seen: (setattr(lanes, "of", lambda path, of=lanes.of: (seen.append(client._calls._connection.shielded), of(path))[1]), client.predict([1, 2]), seen)[2])(client._calls._connection.lanes, [])';
      assert.equal(await tell(looks), ['[True]']);
    }));

  test(`what is withdrawn while the main thread writes what was left does not go out ${title}`, () =>
    onMain(python, async ({ tell }) => {
      assert.equal(await tell(`${IT}.is_sent_though_withdrawn()`), ['[False, True]']);
    }));
}

test.run();
