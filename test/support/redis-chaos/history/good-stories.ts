import { ATTEMPTS_LIMIT, SUPERVISOR_DEATHS_LIMIT } from '../../../../runtime/workloads/states.ts';
import type { ChaosEvent } from './event.ts';
import {
  BLAMED,
  CANCELLED,
  COMPLETED,
  OTHER,
  POISON,
  QUEUED,
  RAISED,
  RAISES,
  RUNNING,
  Story,
  failed,
  times,
} from './story.ts';

/** Logs in which nothing is wrong, by what happens in them. */
export const GOOD: Readonly<Record<string, readonly ChaosEvent[]>> = {
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
  'one that is asked for in vain where the gateway is killed': new Story()
    .submitted()
    .asked()
    .harmed('a gateway is killed', 'g0', 6000)
    .told({}, 0, 6020)
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
