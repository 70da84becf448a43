import { decimal, duration, integer } from './scalars.ts';
import { section } from './field.ts';

const SECOND = 1_000_000_000n;
const TICK = 10n * SECOND;

const period = 'a duration of at least 0s such as 90s or 1m30s';
const share = 'a number of at least 0 and below 1';
const atLeastZero = (value: number): boolean => value >= 0;
const isShare = (value: number): boolean => value >= 0 && value < 1;
const notNegative = (nanos: bigint): boolean => nanos >= 0n;

/** `autoscaling`. */
export const autoscaling = section({
  min_replicas: integer({ min: 1, fallback: 1, actedOn: true }),
  max_replicas: integer({ min: 1, fallback: 100, actedOn: false }),
  /** 0 stands for what `min_replicas` says. */
  init_replicas: integer({ min: 1, fallback: 0, actedOn: false }),
  /** 0 stands for no limit. */
  max_replica_concurrency: integer({ min: 1, max: 30_000, fallback: 0, actedOn: true }),
  target_replica_concurrency: decimal('a number above 0', (value) => value > 0, { fallback: 1, actedOn: false }),
  window: duration('a multiple of 10s, at least 10s', (nanos) => nanos >= TICK && nanos % TICK === 0n, {
    fallback: 60_000,
    actedOn: false,
  }),
  downscale_stabilization_period: duration(period, notNegative, { fallback: 300_000, actedOn: false }),
  upscale_stabilization_period: duration(period, notNegative, { fallback: 60_000, actedOn: false }),
  max_downscale_factor: decimal(share, isShare, { fallback: 0.75, actedOn: false }),
  max_upscale_factor: decimal('a number above 1', (value) => value > 1, { fallback: 1.5, actedOn: false }),
  downscale_tolerance: decimal(share, isShare, { fallback: 0.05, actedOn: false }),
  upscale_tolerance: decimal('a number of at least 0', atLeastZero, { fallback: 0.05, actedOn: false }),
});
