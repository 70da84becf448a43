import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../support/deadline.ts';
import { ANSWER, type Laned, withLane } from '../../support/models/laned.ts';
import type { ModelPeer } from '../../support/models/peer.ts';
import { oldestAndNewest, type Python } from '../../support/pythons.ts';

const FIXTURES = new URL('../../fixtures/host/', import.meta.url);
const beside = Object.fromEntries(
  ['every_line.py', 'handler_calls.py', 'wrap_once.py'].map((name) => [
    name,
    readFileSync(new URL(name, FIXTURES), 'utf8'),
  ]),
);
const IT = '__import__("handler_calls")';
const CALL = 'client.predict([[1, 2]])[0]';
const SEVENS = '[[[7.0, 7.0]]]';
/** More than a socket holds. */
const LARGE = 'client.predict([1.5] * 2000000)[0][0][-1]';

/** With a model whose process takes calls itself, or which the supervisor runs for all. */
const ways = { 'on a lane': true, 'by the supervisor': false };

function serving(python: Python, isLaned: boolean, body: (laned: Laned) => Promise<void>): Promise<void> {
  return withLane(
    { python, beside },
    (laned) => {
      if (!isLaned) laned.peer.lane = null;
      return body(laned);
    },
    null,
  );
}

/** Resolves when so many predicts have come, to what lets each of them be answered. */
function held(peer: ModelPeer, count: number): Promise<(() => void)[]> {
  const releases: (() => void)[] = [];
  return new Promise((resolve) => {
    peer.before = () =>
      new Promise((release) => {
        if (releases.push(release) === count) resolve(releases);
      });
  });
}

for (const python of oldestAndNewest) {
  for (const [way, isLaned] of Object.entries(ways)) {
    const title = `(${way}, Python ${python.version})`;

    for (const size of [1, 40_000]) {
      test(`wherever a handler calls a model with ${size} numbers in the middle of a call, both are answered, or its own is refused ${title}`, () =>
        serving(python, isLaned, async ({ tell }) => {
          assert.equal(await tell(CALL, `${IT}.everywhere(client, ${size})`), [ANSWER, '([], True, 1)']);
        }));
    }

    test(`a handler calls a model while there is no room for the request that it has interrupted ${title}`, () =>
      serving(python, isLaned, async ({ tell }) => {
        // Whoever takes them may be quick enough for there always to be room.
        const untilFull = `[${LARGE} for _ in range(100) if not self.came][-1]`;
        const told = await tell(CALL, `setattr(self, "came", ${IT}.when_full(client))`, untilFull, 'self.came', LARGE);
        assert.equal(told, [ANSWER, 'None', '1.5', SEVENS, '1.5']);
      }));

    for (const order of ['outer', 'inner']) {
      test(`a handler calls a model while a call waits, and the answer of the ${order} one comes first ${title}`, () =>
        serving(python, isLaned, async ({ tell, peer }) => {
          assert.equal(await tell(CALL), [ANSWER]);
          const both = held(peer, 2);
          const told = tell(`setattr(self, "came", ${IT}.when_waiting(client))`, CALL, 'self.came');
          const releases = await Promise.race([deadline(30_000, both, 'a call within a call'), told.then(() => [])]);
          if (order === 'inner') releases.reverse();
          for (const release of releases) release();
          assert.equal(await told, ['None', ANSWER, SEVENS]);
        }));
    }

    test(`a request that comes while a handler calls a model between two requests is served ${title}`, () =>
      serving(python, isLaned, async ({ tell, peer }) => {
        assert.equal(await tell(CALL), [ANSWER]);
        const begun = held(peer, 1);
        assert.equal(await tell(`setattr(self, "came", ${IT}.when_idle(client))`), ['None']);
        const [release] = await deadline(30_000, begun, 'a call between two requests');
        const told = tell('self.came', '1');
        setImmediate(() => release?.());
        assert.equal(await told, [SEVENS, '1']);
        assert.equal(await tell('2'), ['2']);
      }));
  }

  test(`a handler's call is answered though the thread that reads ends while its own sleeps (Python ${python.version})`, () =>
    serving(python, false, async ({ tell, peer }) => {
      assert.equal(await tell(CALL), [ANSWER]);
      const all = held(peer, 3);
      const told = tell(`setattr(self, "came", ${IT}.when_asleep(client))`, CALL, 'self.came');
      const [first, ...others] = await Promise.race([deadline(30_000, all, 'three calls'), told.then(() => [])]);
      first?.();
      setImmediate(() => {
        for (const release of others) release();
      });
      assert.equal(await told, ['None', ANSWER, SEVENS]);
    }));
}

test.run();
