import type { HeldModel, Releasable } from './held-model.ts';
import type { ModelRequest } from './request.ts';

interface Given<M extends Releasable> {
  readonly request: ModelRequest;
  readonly held: HeldModel<M>;
}

/** Numbers for what was asked for and what was given for it; each is given out for one such pair, and never again for another. */
export class Handles<M extends Releasable> {
  readonly #given = new Map<number, Given<M>>();
  readonly #byRequest = new Map<string, number>();
  #last = 0;

  of(request: ModelRequest, held: HeldModel<M>): number {
    const key = `${request.name}/${request.version}`;
    const before = this.#byRequest.get(key);
    if (before !== undefined && this.#given.get(before)?.held === held) return before;
    if (before !== undefined) this.#given.delete(before);
    this.#last += 1;
    this.#given.set(this.#last, { request, held });
    this.#byRequest.set(key, this.#last);
    return this.#last;
  }

  find(handle: number): Given<M> | null {
    return this.#given.get(handle) ?? null;
  }

  /** Keeps no model that is gone in memory for a number that nobody may use any more. */
  forget(held: HeldModel<M>): void {
    for (const [handle, given] of this.#given) {
      if (given.held !== held) continue;
      this.#given.delete(handle);
      this.#byRequest.delete(`${given.request.name}/${given.request.version}`);
    }
  }
}
