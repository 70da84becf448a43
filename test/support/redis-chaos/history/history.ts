import type { Answered, Asked, ChaosEvent, Fault, FaultName, Ran, Said } from './event.ts';

/** A question and its answer; `asked` and `answered` are places in the log, which tell what was before what. */
export interface Call extends Pick<Asked, 'act' | 'api' | 'id' | 'gateway' | 'payload'> {
  readonly asked: number;
  readonly askedAt: number;
  /** null where the log ends before. */
  readonly answered: number | null;
  readonly answeredAt: number;
  readonly ms: number;
  /** 0 where no answer came. */
  readonly status: number;
  readonly retryAfter: string | null;
  readonly said: Said;
}

/** A time of the log in which something was done to the system; `endedAt` is Infinity while it is not undone. */
export interface Trouble {
  readonly name: FaultName;
  readonly victim: string;
  readonly begunAt: number;
  readonly endedAt: number;
}

/** All that is known of one workload that somebody submitted, each in the order of the log. */
export interface Workload {
  readonly id: string;
  readonly calls: readonly Call[];
  readonly runs: readonly Ran[];
  /** The first submission that got a 200. */
  readonly accepted: Call | null;
}

export interface History {
  readonly workloads: readonly Workload[];
  /** Begins of runs of all workloads. */
  readonly runs: readonly Ran[];
  readonly troubles: readonly Trouble[];
  /** From here on there are the last looks; null where the log ends before. */
  readonly settled: number | null;
  readonly endsAt: number;
}

/** Reads a log as what happened to each workload. */
export function historyOf(events: readonly ChaosEvent[]): History {
  const answers = new Map<number, readonly [Answered, number]>();
  events.forEach((event, place) => {
    if (event.kind === 'answered') answers.set(event.call, [event, place]);
  });
  const calls = new Map<string, Call[]>();
  events.forEach((event, place) => {
    if (event.kind !== 'asked') return;
    const list = calls.get(event.id) ?? [];
    list.push(callOf(event, place, answers.get(event.call)));
    calls.set(event.id, list);
  });
  const runs = events.filter((event) => event.kind === 'ran').filter(({ what }) => what === 'began');
  const runsOf = new Map<string, Ran[]>();
  for (const run of runs) runsOf.set(run.id, [...(runsOf.get(run.id) ?? []), run]);
  const settled = events.findIndex(({ kind }) => kind === 'settled');
  const ids = new Set([...calls.keys(), ...runsOf.keys()]);
  return {
    workloads: [...ids].map((id) => workloadOf(id, calls.get(id) ?? [], runsOf.get(id) ?? [])),
    runs,
    troubles: troublesIn(events),
    settled: settled < 0 ? null : settled,
    endsAt: events.at(-1)?.at ?? 0,
  };
}

function callOf(
  { act, api, id, gateway, payload, at }: Asked,
  asked: number,
  answer: readonly [Answered, number] | undefined,
): Call {
  const common = { act, api, id, gateway, payload, asked, askedAt: at };
  if (answer === undefined) {
    return { ...common, answered: null, answeredAt: Infinity, ms: 0, status: 0, retryAfter: null, said: {} };
  }
  const [{ at: answeredAt, ms, status, retryAfter, said }, answered] = answer;
  return { ...common, answered, answeredAt, ms, status, retryAfter, said };
}

function workloadOf(id: string, calls: readonly Call[], runs: readonly Ran[]): Workload {
  const accepted = calls
    .filter(({ act, status }) => act === 'submit' && status === 200)
    .sort((a, b) => (a.answered ?? 0) - (b.answered ?? 0));
  return { id, calls, runs, accepted: accepted[0] ?? null };
}

function troublesIn(events: readonly ChaosEvent[]): Trouble[] {
  const faults = events.filter((event) => event.kind === 'fault');
  const endOf = (begun: Fault): number =>
    faults.find(({ what, fault }) => what === 'ends' && fault === begun.fault)?.at ?? Infinity;
  return faults
    .filter(({ what }) => what === 'begins')
    .map((fault) => ({ name: fault.name, victim: fault.victim, begunAt: fault.at, endedAt: endOf(fault) }));
}
