import type { KnownError } from '../../errors/known-error.ts';
import type { DurabilityNotice } from './durability.ts';

/** What whoever opened the store should log. */
export type RedisNotice =
  | DurabilityNotice
  /** Whoever held these has died, was frozen or is cut off: they are back in the queue. */
  | { readonly kind: 'lapsed'; readonly api: string; readonly workloads: number }
  /** Redis lost its data: so many workloads were in it when it was last seen. */
  | { readonly kind: 'emptied'; readonly api: string; readonly inQueue: number; readonly inProgress: number }
  /** The data has got a format that this version cannot read: every call rejects from now on. */
  | { readonly kind: 'lost'; readonly error: KnownError }
  /** Redis cannot be reached, or refuses what is new. */
  | { readonly kind: 'away'; readonly error: KnownError }
  | { readonly kind: 'back' }
  /** The bucket of large bodies cannot be used. */
  | { readonly kind: 'payloads_away'; readonly error: KnownError }
  | { readonly kind: 'payloads_back' };
