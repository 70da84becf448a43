/** What must stay free on the disk for the ends of workloads that were accepted before it ran full: 64 MB. */
export const RESERVE_BYTES = 64 * 1024 * 1024;
