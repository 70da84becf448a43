/** The least between two looks. */
export const WATCH_MS = 250;
/** A look that costs much is followed by a longer pause, so that looking takes a twentieth of the time at most. */
const PAUSE_PER_LOOK = 20;

/** When a look began, as the clock and the processor have it. */
export interface LookBegin {
  readonly at: number;
  readonly usage: NodeJS.CpuUsage;
}

export function beginLook(): LookBegin {
  return { at: performance.now(), usage: process.cpuUsage() };
}

/**
 * How long to wait after a look. What counts is what it has cost: on a machine that is busy, or was asleep, it may have taken long all the same, and memory
 * that grows meanwhile is not to be left alone for many times that.
 */
export function pauseAfter({ at, usage }: LookBegin): number {
  const { user, system } = process.cpuUsage(usage);
  // The processor's is of all that this process does.
  const costMs = Math.min(performance.now() - at, (user + system) / 1000);
  return Math.max(WATCH_MS, costMs * PAUSE_PER_LOOK);
}
