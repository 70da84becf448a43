import type { HeldModel, Releasable } from './held-model.ts';
import type { ModelVersion } from './model-version.ts';
import type { ModelRequest } from './request.ts';

/** What a predictor is told about a model, and the number by which it calls it. */
export interface Loaded<M> {
  /** Stands for this load of this version under the `version` that was asked for; no other load has or had it. */
  readonly handle: number;
  readonly version: ModelVersion;
  readonly model: M;
}

interface Given<M extends Releasable> {
  readonly request: ModelRequest;
  readonly held: HeldModel<M>;
}

export interface HandleListener<M extends Releasable> {
  /** A model was given a handle, which nobody knows yet. Not to throw, as the other one. */
  readonly given: (model: M, handle: number) => void;
  /** The handle stands for nothing any more. */
  readonly withdrawn: (model: M, handle: number) => void;
}

/** Numbers for what was asked for and what was given for it; each is given out for one such pair, and never again for another. */
export class Handles<M extends Releasable> {
  readonly #listener: HandleListener<M> | null;
  readonly #given = new Map<number, Given<M>>();
  readonly #byRequest = new Map<string, number>();
  #last = 0;

  constructor(listener: HandleListener<M> | null) {
    this.#listener = listener;
  }

  of(request: ModelRequest, held: HeldModel<M>): number {
    const before = this.#byRequest.get(keyOf(request));
    if (before !== undefined && this.#given.get(before)?.held === held) return before;
    this.withdraw(request);
    this.#last += 1;
    this.#given.set(this.#last, { request, held });
    this.#byRequest.set(keyOf(request), this.#last);
    this.#listener?.given(held.model, this.#last);
    return this.#last;
  }

  find(handle: number): Given<M> | null {
    return this.#given.get(handle) ?? null;
  }

  /** Has nothing given for this request: it means another model from now on. */
  withdraw(request: ModelRequest): void {
    const handle = this.#byRequest.get(keyOf(request));
    const given = handle === undefined ? undefined : this.#given.get(handle);
    if (handle === undefined || given === undefined) return;
    this.#given.delete(handle);
    this.#byRequest.delete(keyOf(request));
    this.#listener?.withdrawn(given.held.model, handle);
  }

  /** Keeps no model that is gone in memory for a number that nobody may use any more. */
  forget(held: HeldModel<M>): void {
    for (const given of this.#given.values()) if (given.held === held) this.withdraw(given.request);
  }
}

function keyOf({ name, version }: ModelRequest): string {
  return `${name}/${version}`;
}
