import type { Payload } from './history/event.ts';

/** What a client is to do about one workload. */
export interface Planned {
  readonly id: string;
  readonly api: 'quick' | 'slow';
  readonly payload: Payload;
  /** Submitted again afterwards, with the same body and with another. */
  readonly isRepeated: boolean;
  /** Cancelled so many ms later, and then submitted again; null where it is not. */
  readonly cancelAfterMs: number | null;
}

/** Larger than what a record holds, so that it goes in chunks. */
const LARGE_CHARACTERS = 300_000;
const SHARES = { slow: 0.03, raise: 0.01, poison: 0.0006, large: 0.004, repeated: 0.02, cancelled: 0.04 };

/** The workloads of a run; the same ones for the same random numbers. */
export function planWorkloads(count: number, random: () => number): Planned[] {
  return Array.from({ length: count }, (_, number) => planned(number, random));
}

function planned(number: number, random: () => number): Planned {
  const isSlow = random() < SHARES.slow;
  const kind = random();
  const act = kind < SHARES.poison ? 'poison' : kind < SHARES.poison + SHARES.raise ? 'raise' : 'answer';
  const padding = random() < SHARES.large ? `${number}.`.repeat(LARGE_CHARACTERS / String(number).length) : '';
  return {
    id: `w${number}`,
    api: isSlow ? 'slow' : 'quick',
    payload: { number, act, seconds: isSlow ? 0.2 + random() * 1.5 : random() * 0.02, padding },
    isRepeated: random() < SHARES.repeated,
    cancelAfterMs: random() < SHARES.cancelled ? random() * 300 : null,
  };
}
