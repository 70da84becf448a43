import { isKnownError } from '../errors/known-error.ts';

/** It is this result that there is no room for: others may well be stored meanwhile. */
const NO_ROOM = 'PONS_ERR_REDIS_NO_ROOM';

interface Refused {
  readonly error: unknown;
  /** Where it waits for room: how large it is. */
  readonly waitingBytes: number | null;
}

/** The outcomes that the store did not take when that was last tried. Counted as they come and go: they are asked about before each workload. */
export class Refusals {
  readonly #refused = new Map<object, Refused>();
  #waiting = 0;
  #waitingBytes = 0;

  get count(): number {
    return this.#refused.size;
  }

  /** How many results wait for room in the store. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How large these are together. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Why the newest of them was refused; undefined where there is none. */
  get newest(): unknown {
    return [...this.#refused.values()].at(-1)?.error;
  }

  /** @param outcome names it; `bytes` is how large its result is */
  note(outcome: { readonly bytes: number }, error: unknown): void {
    this.forget(outcome);
    const waitingBytes = isKnownError(error) && error.code === NO_ROOM ? outcome.bytes : null;
    this.#refused.set(outcome, { error, waitingBytes });
    if (waitingBytes === null) return;
    this.#waiting += 1;
    this.#waitingBytes += waitingBytes;
  }

  forget(outcome: object): void {
    const waitingBytes = this.#refused.get(outcome)?.waitingBytes ?? null;
    this.#refused.delete(outcome);
    if (waitingBytes === null) return;
    this.#waiting -= 1;
    this.#waitingBytes -= waitingBytes;
  }
}
