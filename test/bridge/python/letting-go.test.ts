import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../support/deadline.ts';
import { ANSWER, CALL, hold, type Laned, withLane } from '../../support/models/laned.ts';
import type { ModelPeer } from '../../support/models/peer.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const FIXTURES = new URL('../../fixtures/host/', import.meta.url);
const beside = Object.fromEntries(
  ['calls_while_writing.py', 'every_line.py', 'wrap_once.py'].map((name) => [
    name,
    readFileSync(new URL(name, FIXTURES), 'utf8'),
  ]),
);
const IT = '__import__("calls_while_writing")';
const SEVENS = '[[7.0, 7.0]]';
const EIGHTS = '[[8.0, 8.0]]';

for (const python of oldestAndNewest) {
  const title = `(Python ${python.version})`;

  for (const what of ['a record', 'a metric', 'a request', 'half a request']) {
    test(`who calls in the middle of writing ${what} keeps nobody from logging who reads the answer ${title}`, () =>
      withLane({ python, beside }, async ({ tell, host, peer }) => {
        peer.lane = null;
        assert.is(await untilEnd(tell, peer, `${IT}.beside_reader(client, "${what}")`), `[${SEVENS}]`);
        assert.ok(host.records.some(({ message }) => message === 'from who reads'));
      }));
  }

  test(`who calls in the middle of writing to a lane keeps nobody from calling who reads the answer ${title}`, () =>
    withLane({ python, beside }, async ({ tell, peer }) => {
      assert.is(await untilEnd(tell, peer, `${IT}.beside_lane_reader(client)`), `[${SEVENS}, ${EIGHTS}]`);
    }));

  for (const isLaned of [true, false]) {
    const way = isLaned ? 'on a lane' : 'by the supervisor';

    test(`who writes has its lock when it goes on, wherever a call in the middle of that was interrupted (${way}, Python ${python.version})`, () =>
      withLane({ python, beside }, async ({ tell, peer }) => {
        if (!isLaned) peer.lane = null;
        assert.equal(await tell(CALL, `${IT}.interrupted_everywhere(client)`), [ANSWER, '([], True)']);
        assert.equal(await tell(CALL), [ANSWER]);
      }));
  }
}

/** What the calls of `code` came to, beside a thread whose own call is answered last. */
async function untilEnd(tell: Laned['tell'], peer: ModelPeer, code: string): Promise<string | undefined> {
  assert.equal(await tell(CALL), [ANSWER]);
  const begun = hold(peer);
  const told = tell(`setattr(self, "both", ${code})`, 'self.both[0]');
  const release = await deadline(30_000, begun, 'the call of a thread');
  const [, came] = await told;
  release();
  assert.equal(await tell('self.both[1].join(30)', 'self.both[1].is_alive()', CALL), ['None', 'False', ANSWER]);
  return came;
}

test.run();
