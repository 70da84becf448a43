import { ATTEMPTS_LIMIT, SUPERVISOR_DEATHS_LIMIT } from '../../../../runtime/workloads/states.ts';
import type { RULES } from './check.ts';
import type { ChaosEvent } from './event.ts';
import {
  BLAMED,
  CANCELLED,
  COMPLETED,
  OTHER,
  PAYLOAD,
  QUEUED,
  RAISED,
  RAISES,
  RUNNING,
  Story,
  failed,
  times,
} from './story.ts';

/** For each rule, logs that break it and it alone. */
export const BROKEN: Readonly<Record<keyof typeof RULES, Readonly<Record<string, readonly ChaosEvent[]>>>> = {
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
    'one hangs until its connection is lost': new Story().submitted(0, { ms: 5001 }).submitted().ran().settled(),
    'one hangs long before its gateway is killed': new Story()
      .submitted()
      .asked()
      .later(6000)
      .harmed('a gateway is killed', 'g0')
      .told({}, 0, 6020)
      .ran()
      .settled(),
    'one hangs while another gateway is killed': new Story()
      .submitted()
      .asked()
      .harmed('a gateway is killed', 'g1', 6000)
      .told({}, 0, 6020)
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
