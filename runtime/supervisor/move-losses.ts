import type { KnownError } from '../errors/known-error.ts';
import { messageOf } from '../errors/render.ts';

/** Workloads that are named. */
const NAMED = 100;

/** Says which workloads are exported as failed, since their bodies are no longer what was stored. */
export class MoveLosses {
  readonly #say: (line: string) => void;
  #count = 0;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** @param name `API/ID` */
  add(name: string, why: KnownError): void {
    this.#count += 1;
    if (this.#count <= NAMED) this.#say(`${name} is exported as failed: ${messageOf(why)}`);
  }

  /** To be called in the end. */
  sum(): void {
    if (this.#count === 0) return;
    const more = this.#count > NAMED ? `, the first ${NAMED} of which are named above` : '';
    this.#say(`Exported as failed, since their bodies are missing or damaged: ${this.#count} workloads${more}`);
  }
}
