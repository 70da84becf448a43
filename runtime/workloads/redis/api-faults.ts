import type { ErrorCode } from '../../errors/catalog.ts';
import { isKnownError, type KnownError } from '../../errors/known-error.ts';

/** What Redis says of the data of one API while it takes that of others; all else is said of Redis itself. */
const OF_DATA: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['PONS_ERR_REDIS_WRONG_TYPE', 'PONS_ERR_REDIS_REFUSED']);

type Tell = (notice: { readonly kind: 'warning'; readonly text: string }) => void;

/** Which APIs Redis does nothing for, as it was when each was last looked after. Nobody hears of it before `tell`. */
export class ApiFaults {
  readonly #faults = new Map<string, KnownError>();
  /** APIs with faults that were not told yet. */
  readonly #untold = new Set<string>();

  /** Why nothing of an API would be taken; null where it would be. */
  of(api: string): KnownError | null {
    return this.#faults.get(api) ?? null;
  }

  /** The API that this is the fault of; null where it is of none. */
  apiOf(error: unknown): string | null {
    return [...this.#faults].find(([, fault]) => fault === error)?.[0] ?? null;
  }

  /** Warns of each fault once. @param except what is said of in another way */
  tell(notify: Tell, except: unknown = null): void {
    for (const api of this.#untold) {
      const fault = this.#faults.get(api);
      if (fault === undefined || fault === except) continue;
      notify({ kind: 'warning', text: `${api} cannot be served: ${fault.message} ${fault.fix}` });
    }
    this.#untold.clear();
  }

  /** Does something for an API, and keeps what it came to. Rejects as it does. */
  async watch(api: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.#faults.delete(api);
    } catch (error) {
      if (isKnownError(error) && OF_DATA.has(error.code)) {
        if (error.message !== this.#faults.get(api)?.message) this.#untold.add(api);
        this.#faults.set(api, error);
      }
      throw error;
    }
  }
}
