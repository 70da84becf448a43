import type { CarriedWorkload } from '../carriage.ts';

/*
 * An export is a file of JSON lines, described in docs/moving.md: a head, then each workload with the lines of its body behind it, then an end mark. Each
 * line ends in a checksum of the whole file up to there, so that whatever is changed, missing, doubled or out of order shows in the very line.
 */

/** The version of the file. What an older version of Pons would misread needs the next number. */
export const VERSION = 1;

/** Bytes of a body in one line; a multiple of 3, so that no line but the last of a body ends in padding. */
export const BODY_LINE_BYTES = 192 * 1024;

/** The line of a workload: `digest` in hexadecimal digits; `bodyBytes` is null where no body follows. */
export type WorkloadLine = Omit<CarriedWorkload, 'digest'> & {
  readonly digest: string;
  readonly bodyBytes: number | null;
};

/** What a line holds beside its checksum. */
export type Line =
  | { readonly ponsState: { readonly version: number; readonly exportedAt: string } }
  | { readonly workload: WorkloadLine }
  | { readonly body: string }
  | { readonly end: { readonly workloads: number } };
