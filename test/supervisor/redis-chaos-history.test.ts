import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ATTEMPTS_LIMIT, SUPERVISOR_DEATHS_LIMIT } from '../../runtime/workloads/states.ts';
import { brokenIn, RULES } from '../support/redis-chaos/history/check.ts';
import type { ChaosEvent, Payload, Said } from '../support/redis-chaos/history/event.ts';
import { EventLog, readEvents, shortened } from '../support/redis-chaos/history/event-log.ts';
import { COMPLETED, PAYLOAD, Story } from '../support/redis-chaos/history/story.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const QUEUED: Said = { status: 'in_queue' };
const RUNNING: Said = { status: 'in_progress' };
const CANCELLED: Said = { status: 'cancelled' };
const RAISES: Payload = { ...PAYLOAD, act: 'raise' };
const POISON: Payload = { ...PAYLOAD, act: 'poison' };
const OTHER: Payload = { ...PAYLOAD, number: 8 };

function failed(code: string, message = 'x'): Said {
  return { status: 'failed', error: { code, message } };
}

const RAISED = failed('PONS_ERR_PREDICTOR_RAISED', 'ValueError: payload 7 asked for it');
const BLAMED = failed('PONS_ERR_WORKLOAD_ATTEMPTS');

function times(count: number, act: (story: Story) => unknown, story = new Story()): Story {
  for (let at = 0; at < count; at += 1) act(story);
  return story;
}

const GOOD: Readonly<Record<string, readonly ChaosEvent[]>> = {
  'a workload that waits, runs and completes': new Story()
    .submitted()
    .saw(QUEUED)
    .saw(RUNNING)
    .ran()
    .saw(COMPLETED)
    .settled(),
  'one that nobody has seen before its end': new Story().submitted().ran().settled(),
  'one that was refused, lost on its way, accepted, said again and contradicted': new Story()
    .submitted(503, { retryAfter: '1' })
    .submitted(0)
    .ran()
    .submitted()
    .submitted()
    .submitted(409, { payload: OTHER })
    .settled(),
  'one that was not accepted, and that nobody knows': new Story()
    .submitted(503, { retryAfter: '1' })
    .saw({}, 404)
    .submitted()
    .ran()
    .settled(),
  'one that fails as it wants to': new Story().submitted(200, { payload: RAISES }).ran().saw(RAISED).settled(RAISED),
  'one that is cancelled, and submitted again': new Story()
    .submitted()
    .cancelled()
    .submitted()
    .saw(CANCELLED)
    .cancelled(409, {})
    .settled(CANCELLED),
  'one that runs again after its host was frozen': new Story()
    .submitted()
    .saw(RUNNING)
    .ran('h1')
    .harmed('a host is frozen', 'h1')
    .saw(QUEUED)
    .ran('h2')
    .settled(),
  'one that runs again in vain where its host was frozen before it began there': new Story()
    .submitted()
    .harmed('a host is frozen', 'h1')
    .ran('h2')
    .ran('h1')
    .settled(),
  'one that runs again after a poisonous one has killed its process': new Story()
    .submitted()
    .submitted(0, { id: 'w8', payload: POISON })
    .ran('h1', { pid: 9 })
    .ran('h1', { pid: 9, id: 'w8' })
    .ran('h2')
    .settled(),
  'one that waits again after a poisonous one has killed the process that would have run it': new Story()
    .submitted()
    .submitted(0, { id: 'w8', payload: POISON })
    .saw(RUNNING)
    .ran('h1', { id: 'w8' })
    .saw(QUEUED)
    .ran('h1')
    .settled({ ...COMPLETED, result: { ...COMPLETED.result, run: 'run2' } }),
  'a poisonous one': times(
    ATTEMPTS_LIMIT,
    (story) => story.ran(),
    new Story().submitted(200, { payload: POISON }),
  ).settled(BLAMED),
  'one whose hosts have died too often': times(
    SUPERVISOR_DEATHS_LIMIT,
    (story) => story.ran('h1').harmed('a host is killed', 'h1'),
    new Story().submitted(),
  ).settled(failed('PONS_ERR_WORKLOAD_SUPERVISOR_DEATHS')),
  'answers that overtake each other': new Story()
    .submitted()
    .asked()
    .asked()
    .ran()
    .told(COMPLETED)
    .told(QUEUED)
    .settled(),
  'one of very many that waits a little too long': times(1000, (story) => story.submitted())
    .submitted(200, { ms: 2500 })
    .ran()
    .settled(),
  'a fault after which all goes on': new Story()
    .submitted()
    .harmed('Redis is killed')
    .submitted()
    .ran()
    .later(6000)
    .submitted()
    .settled(),
};

/** For each rule, logs that break it and it alone. */
const BROKEN: Readonly<Record<keyof typeof RULES, Readonly<Record<string, readonly ChaosEvent[]>>>> = {
  everyoneEnds: {
    'never ends': new Story().submitted().saw(RUNNING).settled(RUNNING),
    'was never seen': new Story().submitted().settled({}, 0),
    'cannot be seen in the end': new Story().submitted().ran().saw(COMPLETED).settled({}, 0),
    'no end of the run': new Story().submitted().ran().saw(COMPLETED).events,
  },
  nobodyVanishes: {
    'is unknown for a while': new Story().submitted().ran().saw({}, 404).saw(COMPLETED).settled(),
    'cannot be cancelled, being unknown': new Story().submitted().ran().cancelled(404, {}).settled(),
    'was never submitted': new Story().submitted().ran().ran('h1', { id: 'w9' }).settled(),
  },
  statusesMove: {
    'a status that does not exist': new Story().submitted().saw({ status: 'paused' }).ran().settled(),
    'back in the queue without a cause': new Story().submitted().saw(RUNNING).saw(QUEUED).ran().settled(),
    'back in the queue long after a fault': new Story()
      .harmed('a host is killed', 'h1')
      .later(60_000)
      .submitted()
      .saw(RUNNING)
      .saw(QUEUED)
      .ran()
      .settled(),
  },
  endsStay: {
    'runs again': new Story().submitted().ran().saw(COMPLETED).saw(RUNNING).settled(),
    'is cancelled after it has completed': new Story().submitted().ran().saw(COMPLETED).cancelled().settled(CANCELLED),
    'completes after it was cancelled': new Story().submitted().cancelled().ran().saw(CANCELLED).settled(),
    'has two results': new Story()
      .submitted()
      .ran('h1')
      .harmed('a host is frozen', 'h1')
      .ran('h2')
      .saw(COMPLETED)
      .settled({ ...COMPLETED, result: { ...COMPLETED.result, run: 'run2' } }),
    'ends at another time': new Story()
      .submitted()
      .ran()
      .saw({ ...COMPLETED, timestamp: '1' })
      .settled({ ...COMPLETED, timestamp: '2' }),
  },
  endsAreDeserved: {
    'the result of another payload': new Story().submitted(200, { payload: OTHER }).ran().settled(),
    'the result of a run of another': new Story()
      .submitted()
      .submitted(0, { id: 'w8', payload: OTHER })
      .ran('h0', { id: 'w8' })
      .settled(),
    'padding that was lost': new Story()
      .submitted(200, { payload: { ...PAYLOAD, padding: 'xx' } })
      .ran()
      .settled(),
    'a result where it should fail': new Story().submitted(200, { payload: RAISES }).ran().settled(),
    'a failure that nobody asked for': new Story().submitted().ran().settled(RAISED),
    'a failure in the words of another': new Story()
      .submitted(200, { payload: { ...RAISES, number: 8 } })
      .ran()
      .settled(RAISED),
    'a failure of the system': new Story().submitted().ran().settled(failed('PONS_ERR_INTERNAL')),
    'a cancellation that nobody asked for': new Story().submitted().settled(CANCELLED),
    'blame without deaths': new Story().submitted().ran().settled(BLAMED),
    'blame for hosts that lived': new Story()
      .submitted()
      .ran('h1')
      .harmed('a host is killed', 'h1')
      .settled(failed('PONS_ERR_WORKLOAD_SUPERVISOR_DEATHS')),
  },
  runsHaveALimit: {
    'runs for ever': times(
      ATTEMPTS_LIMIT + SUPERVISOR_DEATHS_LIMIT,
      (story) => story.ran('h1').harmed('a host is killed', 'h1'),
      new Story().submitted(),
    ).settled(),
  },
  nobodyRunsWithoutCause: {
    'nothing happened': new Story().submitted().ran('h1').ran('h2').settled(),
    'it happened to another host': new Story()
      .submitted()
      .ran('h1')
      .harmed('a host is killed', 'h2')
      .ran('h2')
      .settled(),
    'it happened before': new Story()
      .harmed('a host is killed', 'h1')
      .later(5000)
      .submitted()
      .ran('h1')
      .ran('h2')
      .settled(),
    'it happened to Redis alone': new Story()
      .submitted()
      .ran('h1')
      .harmed('Redis is frozen', '', 30_000)
      .ran('h2')
      .settled(),
  },
  answersKeepTheirRules: {
    'a refusal without a time': new Story().submitted(503).submitted().ran().settled(),
    'another body is taken': new Story().submitted().submitted(200, { payload: OTHER }).ran().settled(),
    'the same body is refused': new Story().submitted().submitted(409).ran().settled(),
    'a fault of ours': new Story().submitted(500).submitted().ran().saw({}, 500).settled(),
  },
  nobodyHangs: {
    'a few are late': new Story().submitted(503, { ms: 2001, retryAfter: '1' }).submitted().ran().settled(),
    'one of many hangs': times(1000, (story) => story.submitted())
      .submitted(200, { ms: 5001 })
      .ran()
      .settled(),
  },
  allWorksAgain: {
    'nothing is accepted': new Story()
      .submitted()
      .harmed('Redis is killed')
      .submitted(503, { retryAfter: '1' })
      .ran()
      .later(6000)
      .submitted()
      .settled(),
    'nothing is run': new Story().harmed('connections swallow').submitted().later(6000).ran().submitted().settled(),
  },
};

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
