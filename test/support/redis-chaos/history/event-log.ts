import { hash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Answered, Asked, ChaosEvent, Fault, Settled } from './event.ts';

const LONG = 2000;

type Own<E> = Omit<E, 'at'>;

/** The log of a run: a file to which lines are appended, by this process and by predictors, and of which none is changed. */
export class EventLog {
  readonly path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'ax', 0o600);
  }

  /** On return it is in the file, before whatever is done next. */
  append(event: Own<Asked> | Own<Answered> | Own<Fault> | Own<Settled>): void {
    writeSync(this.#fd, `${JSON.stringify({ at: Date.now(), ...event }, shortened)}\n`);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** The events in a log. A predictor that was killed never leaves half a line: it writes each at once. */
export function readEvents(path: string): ChaosEvent[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as ChaosEvent);
}

/** What a long text is in the log. */
export function shortened(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= LONG) return value;
  return `${value.slice(0, 20)}... ${value.length} characters, sha256 ${hash('sha256', value)}`;
}
