import { withEither } from '../until-aborted.ts';
import { pause } from './pause.ts';
import { SilentServerError } from './serving-status.ts';

export interface PulseOptions {
  /** How long a server may answer nothing at all while it has calls. */
  readonly silenceMs: number;
  /** Whether the server leaves a question unanswered that costs it nothing. Never rejects. */
  readonly isSilent: (timeoutMs: number) => Promise<boolean>;
  /** Called when calls were given up. Not to throw. */
  readonly onSilent: () => void;
}

/** A pause without a question, and two questions: this process may have stood still itself during one of them. */
const STEPS = 3;

/** Gives up calls of a server that stands still. How long one takes tells nothing: a server that computes answers what is cheap meanwhile. */
export class Pulse {
  readonly #options: PulseOptions;
  readonly #calls = new Set<AbortController>();
  #resting = new AbortController();

  constructor(options: PulseOptions) {
    this.#options = options;
  }

  /** Runs `act` with a signal that is aborted as `signal` is, or with `SilentServerError`. */
  async watch<T>(signal: AbortSignal, act: (either: AbortSignal) => Promise<T>): Promise<T> {
    const call = new AbortController();
    this.#calls.add(call);
    if (this.#calls.size === 1) void this.#listen();
    try {
      return await withEither(signal, call.signal, act);
    } finally {
      this.#calls.delete(call);
      if (this.#calls.size === 0) this.#resting.abort();
    }
  }

  async #listen(): Promise<void> {
    const { silenceMs, isSilent, onSilent } = this.#options;
    const resting = new AbortController();
    this.#resting = resting;
    const stepMs = silenceMs / STEPS;
    for (;;) {
      // Whatever comes later has its own time.
      const calls = [...this.#calls];
      await pause(stepMs, resting.signal).catch(() => undefined);
      for (let step = 1; !resting.signal.aborted && (await isSilent(stepMs)); step += 1) {
        if (step < STEPS - 1) continue;
        for (const call of calls) call.abort(new SilentServerError(silenceMs));
        onSilent();
        break;
      }
      if (resting.signal.aborted) return;
    }
  }
}
