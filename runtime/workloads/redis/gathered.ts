import type { Argument, Reply } from './client.ts';
import { listIn, textIn } from './replies.ts';

/** What one call may carry, before the last body comes in: Redis does nothing else meanwhile, and a slow link has to get it across in the time of a command. */
const CALL_BYTES = 512 * 1024;
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

/** Calls a function for many at once, given their facts one after another and how many bytes these are. */
type Send = (api: string, facts: readonly Argument[], bytes: number) => Promise<Reply>;

/** Calls of one function, those of the same moment together: one call of many costs Redis half of what many calls do. */
export class Gathered {
  readonly #sendAll: Send;
  readonly #batches = new Map<string, Batch>();

  constructor(send: Send) {
    this.#sendAll = send;
  }

  /** Resolves to what the function returns for these facts. Rejects as the call does. */
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

  #send(api: string, { waiting, bytes }: Batch): void {
    this.#batches.delete(api);
    const facts = waiting.flatMap((one) => one.facts);
    this.#sendAll(api, facts, bytes).then(
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
