import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withLane } from '../../support/models/laned.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const FIXTURE = new URL('../../fixtures/host/reading_interruptions.py', import.meta.url);
const beside = { 'reading_interruptions.py': readFileSync(FIXTURE, 'utf8') };
const IT = '__import__("reading_interruptions")';
const CALL = 'client.predict([[1, 2]])[0]';

for (const python of oldestAndNewest) {
  test(`who sleeps while a cancellation is looked for is woken, though a signal handler raises in that (Python ${python.version})`, () =>
    withLane({ python, beside }, async ({ tell, peer }) => {
      peer.lane = null;
      assert.equal((await tell(CALL, `${IT}.is_left_asleep(client)`))[1], 'False');
    }));
}

test.run();
