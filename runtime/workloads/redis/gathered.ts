import type { Argument } from './client.ts';
import { listIn, textIn } from './replies.ts';
import type { Scripts } from './scripts.ts';

/** What one call may carry: Redis does nothing else meanwhile. */
const CALL_BYTES = 1024 * 1024;
const CALL_COUNT = 64;

interface Waiting {
  readonly facts: readonly Argument[];
  readonly resolve: (outcome: string) => void;
  readonly reject: (error: unknown) => void;
}

interface Batch {
  readonly waiting: Waiting[];
  bytes: number;
}

/** Calls of one function, those of the same moment together: one call of many costs Redis half of what many calls do. */
export class Gathered {
  readonly #scripts: Scripts;
  readonly #name: 'submit' | 'complete';
  readonly #leading: string;
  readonly #batches = new Map<string, Batch>();

  /** @param leading the argument before those of the single calls */
  constructor(scripts: Scripts, name: 'submit' | 'complete', leading: string) {
    this.#scripts = scripts;
    this.#name = name;
    this.#leading = leading;
  }

  /** Resolves to what the function returns for these facts. Rejects as `Scripts.call` does. */
  call(api: string, facts: readonly Argument[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const batch = this.#batches.get(api) ?? this.#begin(api);
      batch.waiting.push({ facts, resolve, reject });
      for (const fact of facts) batch.bytes += fact.length;
      if (batch.bytes > CALL_BYTES || batch.waiting.length >= CALL_COUNT) this.#send(api, batch);
    });
  }

  #begin(api: string): Batch {
    const batch = { waiting: [], bytes: 0 };
    this.#batches.set(api, batch);
    // Not at once: what comes in with the same turn of the event loop belongs to it.
    setImmediate(() => {
      if (this.#batches.get(api) === batch) this.#send(api, batch);
    });
    return batch;
  }

  #send(api: string, { waiting }: Batch): void {
    this.#batches.delete(api);
    const facts = waiting.flatMap((one) => one.facts);
    this.#scripts.call(this.#name, api, this.#leading, ...facts).then(
      (reply) => {
        const outcomes = listIn(reply).map(textIn);
        waiting.forEach(({ resolve }, at) => {
          resolve(outcomes[at] ?? '');
        });
      },
      (error: unknown) => {
        for (const { reject } of waiting) reject(error);
      },
    );
  }
}
