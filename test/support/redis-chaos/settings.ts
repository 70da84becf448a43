import { resolve } from 'node:path';
import { CHAOS_NOTES, CHAOS_SEED } from '../chaos/settings.ts';

/** How a run goes: the same for the one of the suite and the one of `npm run chaos`. */
export interface RunSettings {
  readonly seed: number;
  /** How long there are faults, in s. */
  readonly seconds: number;
  readonly workloads: number;
  /** A folder that outlives the run with its log; null where it is kept only if something is broken. */
  readonly notes: string | null;
}

const FULL_SECONDS = 600;
const SHORT_SECONDS = 25;
/** 50,000 in ten minutes. */
const PER_SECOND = 50_000 / FULL_SECONDS;

/** What `CHAOS_SEED`, `CHAOS_SECONDS`, `CHAOS_WORKLOADS` and `CHAOS_NOTES` say, and else what is usual. */
export function settingsFor(length: 'full' | 'short'): RunSettings {
  const { CHAOS_SECONDS, CHAOS_WORKLOADS } = process.env;
  const seconds = Number(CHAOS_SECONDS ?? (length === 'full' ? FULL_SECONDS : SHORT_SECONDS));
  const workloads = Number(CHAOS_WORKLOADS ?? Math.round(seconds * PER_SECOND));
  return { seed: CHAOS_SEED, seconds, workloads, notes: CHAOS_NOTES === null ? null : resolve(CHAOS_NOTES) };
}
