import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BROKEN } from '../support/redis-chaos/history/broken-stories.ts';
import { brokenIn, RULES } from '../support/redis-chaos/history/check.ts';
import { EventLog, readEvents, shortened } from '../support/redis-chaos/history/event-log.ts';
import { GOOD } from '../support/redis-chaos/history/good-stories.ts';
import { PAYLOAD } from '../support/redis-chaos/history/story.ts';
import { makeTempDir } from '../support/temp-dir.ts';

for (const [what, events] of Object.entries(GOOD)) {
  test(`nothing is wrong with ${what}`, () => {
    assert.equal(brokenIn(events), []);
  });
}

for (const [rule, logs] of Object.entries(BROKEN)) {
  for (const [what, events] of Object.entries(logs)) {
    test(`the rule ${rule} finds: ${what}`, () => {
      const broken = brokenIn(events);
      assert.ok(broken.length > 0, 'nothing was found');
      for (const one of broken) assert.match(one, new RegExp(`^${rule}: .`));
    });
  }
}

test('each rule has a log that breaks it', () => {
  assert.equal(Object.keys(BROKEN).sort(), Object.keys(RULES).sort());
});

test('events are read as they were written, but for long texts, of which the digest is left', () => {
  const log = new EventLog(`${makeTempDir()}/events`);
  const payload = { ...PAYLOAD, padding: 'x'.repeat(100_000) };
  log.append({ kind: 'asked', call: 1, act: 'submit', api: 'quick', id: 'w7', gateway: 'g0', payload });
  log.append({ kind: 'settled' });
  log.close();
  const [asked, settled] = readEvents(log.path);
  assert.is(asked?.kind === 'asked' ? asked.payload?.padding : null, shortened('', payload.padding));
  assert.is(settled?.kind, 'settled');
  assert.throws(() => new EventLog(log.path), /EEXIST/, 'a log is never written over');
});

test.run();
