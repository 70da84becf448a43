/** How long an ended workload and its result are kept, in ms: 7 days. */
export const RETENTION_MS = 7 * 24 * 60 * 60 * 1000;

/** How often ended workloads that are past their time are looked for, in ms. */
export const EXPIRY_INTERVAL_MS = 60 * 1000;

/** How many are deleted at a time, so that nobody waits behind the deletion for more than a few ms. */
export const EXPIRY_BATCH = 128;
