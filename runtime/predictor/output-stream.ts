import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Logger } from '../log/logger.ts';
import { asctime } from '../log/asctime.ts';
import { Attribution } from './attribution.ts';
import type { FifoEnds } from './fifo.ts';
import { LineCutter } from './lines.ts';
import { Throttle } from './throttle.ts';

/** A line of user output above this is dropped, and that is said. */
export const LOG_LINE_LIMIT_BYTES = 5 * 1024 * 1024;
const LAST_LINES = 20;
const LAST_LINE_CHARACTERS = 1000;

export interface OutputOptions {
  readonly dir: string;
  readonly logger: Logger;
  readonly labels: Readonly<Record<string, string>>;
  readonly markToken: string;
  /** Whether workloads run one after the other. */
  readonly inTurn: boolean;
}

/** One stream of one predictor process: stdout or stderr. */
export class OutputStream {
  readonly attribution: Attribution;
  pid = 0;
  #writeEnd: number | null;
  readonly #name: 'stdout' | 'stderr';
  readonly #socket: Socket;
  readonly #cutter: LineCutter;
  readonly #options: OutputOptions;
  readonly #ended: Promise<void>;
  readonly #throttle: Throttle;
  readonly #held: Buffer[] = [];
  #wrote = false;
  readonly #lastLines: { readonly owner: string | null; readonly text: string }[] = [];

  constructor(name: 'stdout' | 'stderr', ends: FifoEnds, options: OutputOptions) {
    this.#name = name;
    this.#options = options;
    this.attribution = new Attribution(options.inTurn);
    this.#writeEnd = ends.write;
    this.#cutter = new LineCutter(LOG_LINE_LIMIT_BYTES, options.markToken, {
      line: (text) => {
        this.#line('INFO', text);
      },
      record: (json) => {
        this.#record(json);
      },
      dropped: (bytes) => {
        this.#line('WARNING', `a line of ${bytes} bytes on ${name} was dropped; the limit is ${LOG_LINE_LIMIT_BYTES}`);
      },
      marked: () => {
        this.attribution.markSeen();
      },
    });
    this.#socket = new Socket({ fd: ends.read, readable: true, writable: false });
    this.#throttle = new Throttle(options.logger, {
      pause: () => this.#socket.pause(),
      resume: () => this.#socket.resume(),
    });
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received(chunk);
    });
    this.#ended = new Promise((resolve) => {
      this.#socket.once('close', () => {
        this.#takeHeld();
        this.#cutter.end();
        resolve();
      });
    });
    this.#socket.on('error', () => this.#socket.destroy());
  }

  /** They become part of an error that clients are shown: those of a workload that has ended are not for the client of another one. */
  get lastLines(): readonly string[] {
    return this.#lastLines
      .filter(({ owner }) => owner === null || this.attribution.isOpen(owner))
      .map(({ text }) => text);
  }

  get writeEnd(): number {
    if (this.#writeEnd === null) throw new Error('the write end is closed');
    return this.#writeEnd;
  }

  closeWriteEnd(): void {
    if (this.#writeEnd !== null) closeSync(this.#writeEnd);
    this.#writeEnd = null;
  }

  ended(id: string, marked: boolean): void {
    if (!marked) {
      // No mark: all of it has been read, but a stream that is held back keeps it in its own buffer.
      if (this.#socket.readableLength > 0) {
        this.#socket.read();
        this.#takeHeld();
      }
      // Its last line may lack a line feed; the next workload's output must not be added to it.
      if (this.attribution.owner === id) this.#cutter.end();
    }
    this.attribution.ended(id, marked);
  }

  async drain(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#socket.destroy(), graceMs);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Whether something was read since this was last asked. */
  takeWrote(): boolean {
    const wrote = this.#wrote;
    this.#wrote = false;
    return wrote;
  }

  /** What the next workload wrote may be read a moment before the result of the last one, which was sent earlier: that is read in the same turn. */
  #received(chunk: Buffer): void {
    this.#wrote = true;
    if (this.#held.length === 0 && !this.attribution.isPending) this.#take(chunk);
    else if (this.#held.push(chunk) === 1) {
      setImmediate(() => {
        this.#takeHeld();
      });
    }
  }

  #takeHeld(): void {
    for (const chunk of this.#held.splice(0)) this.#take(chunk);
  }

  #take(chunk: Buffer): void {
    this.#cutter.push(chunk);
    this.#throttle.settle();
  }

  #line(levelname: string, text: string): void {
    const id = this.attribution.owner;
    if (this.#name === 'stderr' && (id !== null || !this.attribution.isVague)) {
      this.#lastLines.push({ owner: id, text: text.slice(0, LAST_LINE_CHARACTERS) });
      if (this.#lastLines.length > LAST_LINES) this.#lastLines.shift();
    }
    const record = {
      asctime: asctime(new Date()),
      levelname,
      message: text,
      process: this.pid,
      labels: id === null ? this.#options.labels : { ...this.#options.labels, requestID: id },
      stream: this.#name,
    };
    this.#throttle.write(JSON.stringify(record));
  }

  /** Processes that write at once can mix long records: what is no JSON any more is shown as the text that it is. */
  #record(json: string): void {
    if (isJson(json)) this.#throttle.write(json);
    else this.#line('INFO', json);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
