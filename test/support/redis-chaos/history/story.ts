import type { ChaosEvent, FaultName, Payload, Said } from './event.ts';

const ID = 'w7';
export const PAYLOAD: Payload = { number: 7, act: 'answer', seconds: 0, padding: '' };
/** The end that `PAYLOAD` deserves, by the first run of a story. */
export const COMPLETED: Said = { status: 'completed', result: { number: 22, run: 'run1', padding: '' } };

type Own<E> = E extends ChaosEvent ? Omit<E, 'at'> : never;

/** Writes a log by hand, mostly of one workload: one event each 10 ms unless told otherwise. */
export class Story {
  readonly events: ChaosEvent[] = [];
  #at = 1_000_000;
  readonly #open: number[] = [];
  #calls = 0;
  #runs = 0;
  #faults = 0;

  later(ms: number): this {
    this.#at += ms;
    return this;
  }

  submitted(status = 200, more: { id?: string; payload?: Payload; ms?: number; retryAfter?: string } = {}): this {
    const { id = ID, payload = PAYLOAD, ms = 5, retryAfter = null } = more;
    const call = this.#asked('submit', id, payload);
    return this.#add({ kind: 'answered', call, status, ms, retryAfter, said: {} });
  }

  saw(said: Said, status = 200): this {
    return this.asked().told(said, status);
  }

  /** Asks what has become of the workload; `told` answers the question that was asked last and has no answer yet. */
  asked(): this {
    this.#open.push(this.#asked('look', ID, null));
    return this;
  }

  told(said: Said, status = 200, ms = 5): this {
    return this.#add({ kind: 'answered', call: this.#open.pop() ?? 0, status, ms, retryAfter: null, said });
  }

  cancelled(status = 200, said: Said = { status: 'cancelled' }): this {
    const call = this.#asked('cancel', ID, null);
    return this.#add({ kind: 'answered', call, status, ms: 5, retryAfter: null, said });
  }

  /** A run begins and ends; the first one is `run1`. */
  ran(host = 'h0', more: { id?: string; pid?: number } = {}): this {
    const run = `run${(this.#runs += 1)}`;
    const facts = { id: more.id ?? ID, run, host, pid: more.pid ?? this.#runs };
    return this.#add({ kind: 'ran', what: 'began', ...facts }).#add({ kind: 'ran', what: 'ended', ...facts });
  }

  /** A fault of `ms`. */
  harmed(name: FaultName, victim = '', ms = 10): this {
    const fault = (this.#faults += 1);
    this.#add({ kind: 'fault', what: 'begins', fault, name, victim });
    return this.later(ms).#add({ kind: 'fault', what: 'ends', fault, name, victim });
  }

  /** All have ended; the last look shows `said`. */
  settled(said: Said = COMPLETED, status = 200): readonly ChaosEvent[] {
    return this.#add({ kind: 'settled' }).saw(said, status).events;
  }

  #asked(act: 'submit' | 'cancel' | 'look', id: string, payload: Payload | null): number {
    const call = (this.#calls += 1);
    this.#add({ kind: 'asked', call, act, api: 'quick', id, gateway: 'g0', payload });
    return call;
  }

  #add(event: Own<ChaosEvent>): this {
    this.#at += 10;
    this.events.push({ at: this.#at, ...event });
    return this;
  }
}

export const QUEUED: Said = { status: 'in_queue' };
export const RUNNING: Said = { status: 'in_progress' };
export const CANCELLED: Said = { status: 'cancelled' };
export const RAISES: Payload = { ...PAYLOAD, act: 'raise' };
export const POISON: Payload = { ...PAYLOAD, act: 'poison' };
export const OTHER: Payload = { ...PAYLOAD, number: 8 };

/** An end with this error. */
export function failed(code: string, message = 'x'): Said {
  return { status: 'failed', error: { code, message } };
}

export const RAISED = failed('PONS_ERR_PREDICTOR_RAISED', 'ValueError: payload 7 asked for it');
export const BLAMED = failed('PONS_ERR_WORKLOAD_ATTEMPTS');

/** A story in which something happens so often. */
export function times(count: number, act: (story: Story) => unknown, story = new Story()): Story {
  for (let at = 0; at < count; at += 1) act(story);
  return story;
}
