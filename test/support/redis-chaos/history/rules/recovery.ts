import type { FaultName } from '../event.ts';
import type { History, Trouble } from '../history.ts';

/** After which all works again by itself. */
const BACK_MS = 5000;

/** What can keep everybody from submitting or everybody from running. */
const STOPS_ALL: readonly FaultName[] = [
  'Redis is killed',
  'Redis forgets its scripts',
  'Redis pauses its clients',
  'Redis is frozen',
  'Redis is full',
  'Redis has no room for connections',
  'Redis is a replica',
  'connections swallow',
  'connections are slow',
];

/** After a fault something is accepted, and something is run, within `BACK_MS`, unless the next fault or the end comes before. */
export function allWorksAgain({ troubles, workloads, runs, endsAt }: History): string[] {
  const accepted = workloads.flatMap(({ calls }) =>
    calls.filter(({ act, status }) => act === 'submit' && status === 200),
  );
  const lastAskedAt = Math.max(0, ...accepted.map(({ askedAt }) => askedAt));
  const stops = troubles.filter(({ name }) => STOPS_ALL.includes(name));
  return stops
    .filter((one) => isCalmAfter(one, stops, Math.min(endsAt, lastAskedAt)))
    .flatMap(({ name, endedAt }) => {
      const isSoon = (at: number): boolean => at >= endedAt && at <= endedAt + BACK_MS;
      const isAccepted = accepted.some(({ askedAt, answeredAt }) => askedAt >= endedAt && isSoon(answeredAt));
      const isRun = runs.some(({ at }) => isSoon(at));
      const when = `${BACK_MS} ms after the fault "${name}", which ended at ${endedAt},`;
      return [...(isAccepted ? [] : [`${when} nothing was accepted`]), ...(isRun ? [] : [`${when} nothing was run`])];
    });
}

function isCalmAfter({ endedAt }: Trouble, stops: readonly Trouble[], endsAt: number): boolean {
  const until = endedAt + BACK_MS;
  return until <= endsAt && !stops.some((other) => other.begunAt <= until && other.endedAt > endedAt);
}
