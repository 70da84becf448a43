import type { Overrun } from './share.ts';

/** What is known of the part that memory had in the end of a process. */
export type MemoryVerdict =
  /** Nothing. */
  | { readonly kind: 'unknown' }
  /** It was killed, and neither by Pons nor by the kernel for memory, as far as it can be told here. */
  | { readonly kind: 'innocent' }
  /** The memory of its replica ended it. */
  | ({ readonly kind: 'share' } & Overrun)
  /** It was killed, and the kernel killed for memory where Pons runs: the container, where it is one. Its limit; null where none can be seen. */
  | { readonly kind: 'surroundings'; readonly limitBytes: number | null };
