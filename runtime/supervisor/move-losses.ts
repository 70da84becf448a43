import type { KnownError } from '../errors/known-error.ts';
import { messageOf } from '../errors/render.ts';
import { workloadCount } from '../workloads/workload-count.ts';

/** Workloads that are named, of each kind. */
const NAMED = 100;
/** Those that an error has room for. */
const SHOWN = 10;

/** Says which workloads are not exported as they were: some as failed, since their bodies are no longer what was stored, some not at all. */
export class MoveLosses {
  readonly #say: (line: string) => void;
  readonly #shown: string[] = [];
  #failed = 0;
  #leftOut = 0;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** How many are not in the file. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** The first of these. */
  get shown(): readonly string[] {
    return this.#shown;
  }

  /** @param name `API/ID` */
  addFailed(name: string, why: KnownError): void {
    this.#failed += 1;
    if (this.#failed <= NAMED) this.#say(`${name} is exported as failed: ${messageOf(why)}`);
  }

  /** @param name `API/ID` */
  addLeftOut(name: string, why: KnownError): void {
    this.#leftOut += 1;
    if (this.#leftOut <= NAMED) this.#say(`${name} is not exported: ${messageOf(why)}`);
    if (this.#leftOut <= SHOWN) this.#shown.push(name);
  }

  /** To be called in the end. */
  sum(): void {
    this.#sumOf('Exported as failed, since their bodies are missing or damaged', this.#failed);
    this.#sumOf('Not exported, since their bodies cannot be read', this.#leftOut);
  }

  #sumOf(what: string, count: number): void {
    if (count === 0) return;
    const more = count > NAMED ? `, the first ${NAMED} of which are named above` : '';
    this.#say(`${what}: ${workloadCount(count)}${more}`);
  }
}
