import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../support/deadline.ts';
import { ANSWER, CALL, hold, type Laned, withLane } from '../../support/models/laned.ts';
import { type Python, pythons } from '../../support/pythons.ts';

const FIXTURE = new URL('../../fixtures/host/recursion_limit.py', import.meta.url);
const beside = { 'recursion_limit.py': readFileSync(FIXTURE, 'utf8') };
const IT = '__import__("recursion_limit")';
const ELEVENS = '[[1.0, 1.0]]';

/** With a model whose process takes calls itself, or which the supervisor runs for all. */
const ways = { 'on a lane': true, 'by the supervisor': false };

function serving(python: Python, isLaned: boolean, body: (laned: Laned) => Promise<void>): Promise<void> {
  return withLane({ python, beside }, (laned) => {
    if (!isLaned) laned.peer.lane = null;
    return body(laned);
  });
}

for (const python of pythons) {
  for (const [way, isLaned] of Object.entries(ways)) {
    const title = `(${way}, Python ${python.version})`;

    test(`a call of a model at the limit of recursion raises, and the next ones are answered ${title}`, () =>
      serving(python, isLaned, async ({ tell }) => {
        assert.equal(await tell(CALL, `${IT}.model_calls(client)`, CALL), [
          ANSWER,
          "(['RecursionError'], True, True)",
          ANSWER,
        ]);
      }));

    test(`who catches an error of recursion may call a model as soon as there is room for it ${title}`, () =>
      serving(python, isLaned, async ({ tell }) => {
        const call = `${IT}.catching(lambda: client.predict([[1, 1]])[0])`;
        assert.equal(await tell(CALL, call, call, CALL), [ANSWER, ELEVENS, ELEVENS, ANSWER]);
      }));

    test(`a recursion without end that calls a model at each level ends by the error of recursion ${title}`, () =>
      serving(python, isLaned, async ({ tell }) => {
        const call = `${IT}.endlessly(lambda: client.predict([[1, 1]]))`;
        const end = 'RecursionError: at the limit';
        assert.equal(await tell(call, call, CALL), [end, end, ANSWER]);
      }));

    test(`another call is answered beside calls at the limit of recursion ${title}`, () =>
      serving(python, isLaned, async ({ tell, peer }) => {
        assert.equal(await tell(CALL), [ANSWER]);
        const begun = hold(peer);
        await tell(`setattr(self, "other", ${IT}.another(client))`);
        const release = await deadline(30_000, begun, 'the call of a thread');
        assert.equal(await tell(`${IT}.beside(client)`), ['None']);
        release();
        assert.equal(await tell('self.other.join(30)', 'self.other.is_alive()', CALL), ['None', 'False', ANSWER]);
      }));
  }

  test(`a record at the limit of recursion raises, and the next ones go up (Python ${python.version})`, () =>
    serving(python, true, async ({ tell, host }) => {
      assert.equal(await tell(CALL, `${IT}.records()`), [ANSWER, "(['RecursionError'], True, True)"]);
      assert.equal(await tell(`${IT}.logger.info("last")`), ['None']);
      assert.is(host.records.at(-1)?.['message'], 'last');
      assert.is(host.stderr, '');
    }));
}

test.run();
