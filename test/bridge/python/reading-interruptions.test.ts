import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { deadline } from '../../support/deadline.ts';
import { withLane } from '../../support/models/laned.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const FIXTURES = new URL('../../fixtures/host/', import.meta.url);
const beside = Object.fromEntries(
  ['reading_interruptions.py', 'wrap_once.py'].map((name) => [name, readFileSync(new URL(name, FIXTURES), 'utf8')]),
);
const IT = '__import__("reading_interruptions")';
const CALL = 'client.predict([[1, 2]])[0]';

for (const python of oldestAndNewest) {
  test(`who sleeps while a cancellation is looked for is woken, though a signal handler raises in that (Python ${python.version})`, () =>
    withLane({ python, beside }, async ({ tell, peer }) => {
      peer.lane = null;
      assert.equal((await tell(CALL, `${IT}.is_left_asleep(client)`))[1], 'False');
    }));

  for (const isLaned of [true, false]) {
    const way = isLaned ? 'on a lane' : 'by the supervisor';

    test(`a cancelled call does not wait for one that was called in the middle of writing and sleeps (${way}, Python ${python.version})`, () =>
      withLane({ python, beside }, async ({ tell, host, peer }) => {
        if (!isLaned) peer.lane = null;
        await tell(CALL);
        const releases: (() => void)[] = [];
        const both = new Promise<void>((resolve) => {
          peer.before = () =>
            new Promise((release) => {
              if (releases.push(release) === 2) resolve();
            });
        });
        let id = 0;
        const code = JSON.stringify([`${IT}.calls_while_writing(client)`, CALL]);
        const answer = host.predictRaw(code, undefined, undefined, (sent) => (id = sent));
        const cancelled = bridgeErrorOf(answer);
        await deadline(30_000, both, 'two calls');
        await host.waitForTold(({ value }) => value === 'asleep');
        // Without the signal, whose handler would wake the other one.
        host.connection.notify('$/cancelRequest', { id });
        if (isLaned) await host.waitForTold(({ value }) => value === 'withdraws');
        releases[1]?.();
        assert.is((await deadline(30_000, cancelled, 'the end of the cancelled call')).code, codes.CANCELLED);
        assert.equal(await tell('1'), ['1']);
      }));
  }
}

test.run();
