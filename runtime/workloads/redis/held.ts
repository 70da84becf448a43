import type { LeaseRef } from '../store.ts';

/** The leases that this process holds: to be renewed until their workloads have ended or gone back. */
export class Held {
  readonly #tokens = new Map<string, Map<string, string>>();

  /** Answers the lease that it replaces: it has lapsed, and its workload came back to the same process. */
  add({ api, id, token }: LeaseRef): LeaseRef | null {
    const tokens = this.#tokens.get(api) ?? new Map<string, string>();
    this.#tokens.set(api, tokens);
    const before = tokens.get(id);
    tokens.set(id, token);
    return before === undefined ? null : { api, id, token: before };
  }

  /** Forgets a lease, unless the workload was leased anew meanwhile. */
  drop({ api, id, token }: LeaseRef): void {
    const tokens = this.#tokens.get(api);
    if (tokens?.get(id) === token) tokens.delete(id);
  }

  /** What is held of an API; a copy. */
  of(api: string): LeaseRef[] {
    return [...(this.#tokens.get(api) ?? [])].map(([id, token]) => ({ api, id, token }));
  }

  /** The lease of a workload, if it is here. */
  find(api: string, id: string): LeaseRef | null {
    const token = this.#tokens.get(api)?.get(id);
    return token === undefined ? null : { api, id, token };
  }

  all(): LeaseRef[] {
    return [...this.#tokens.keys()].flatMap((api) => this.of(api));
  }
}
