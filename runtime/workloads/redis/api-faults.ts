import type { ErrorCode } from '../../errors/catalog.ts';
import { isKnownError, type KnownError } from '../../errors/known-error.ts';

/** What Redis says of the data of one API while it takes that of others; all else is said of Redis itself. */
const OF_DATA: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['PONS_ERR_REDIS_WRONG_TYPE', 'PONS_ERR_REDIS_REFUSED']);

type Notify = (notice: { readonly kind: 'warning'; readonly text: string }) => void;

/** Which APIs Redis does nothing for, as it was when each was last looked after. */
export class ApiFaults {
  readonly #faults = new Map<string, KnownError>();
  readonly #notify: Notify;

  constructor(notify: Notify) {
    this.#notify = notify;
  }

  /** Why nothing of an API would be taken; null where it would be. */
  of(api: string): KnownError | null {
    return this.#faults.get(api) ?? null;
  }

  /** Does something for an API, and keeps what it came to; warns of a fault once. Rejects as it does. */
  async watch(api: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.#faults.delete(api);
    } catch (error) {
      if (isKnownError(error) && OF_DATA.has(error.code)) {
        const before = this.#faults.get(api);
        this.#faults.set(api, error);
        const text = `${api} cannot be served: ${error.message} ${error.fix}`;
        if (error.message !== before?.message) this.#notify({ kind: 'warning', text });
      }
      throw error;
    }
  }
}
