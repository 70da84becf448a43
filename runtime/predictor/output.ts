/**
 * Hazard: Node's own stdio pipes are sockets, on which `open("/dev/stdout")` and `tee /dev/stderr` fail in the child.
 * Remedy: named pipes, unlinked as soon as both ends are open. Precondition: `dir` is on a file system that holds named pipes.
 */
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Logger } from '../log/logger.ts';
import { asctime } from '../log/asctime.ts';
import { Attribution } from './attribution.ts';
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
}

/** fds 1 and 2 of one predictor process: captured line by line, labelled, bounded. */
export class Output {
  readonly #streams: readonly [Stream, Stream];

  private constructor(streams: readonly [Stream, Stream]) {
    this.#streams = streams;
  }

  static async open(options: OutputOptions): Promise<Output> {
    const names = ['stdout', 'stderr'] as const;
    const paths = names.map((name) => join(options.dir, `${name}.fifo`));
    await execa('mkfifo', ['-m', '600', ...paths]);
    const [stdout, stderr] = names.map((name, at) => new Stream(name, paths[at] ?? '', options)) as [Stream, Stream];
    return new Output([stdout, stderr]);
  }

  /** The write ends, for the child's fds 1 and 2. */
  get writeEnds(): readonly [number, number] {
    return [this.#streams[0].writeEnd, this.#streams[1].writeEnd];
  }

  /** To be called when the child has its own copies. */
  closeWriteEnds(): void {
    for (const stream of this.#streams) stream.closeWriteEnd();
  }

  setProcess(pid: number): void {
    for (const stream of this.#streams) stream.pid = pid;
  }

  began(id: string): void {
    for (const stream of this.#streams) stream.attribution.began(id);
  }

  /** @param marks bit 1: stdout was marked; bit 2: stderr was */
  ended(id: string, marks: number): void {
    this.#streams[0].ended(id, (marks & 1) !== 0);
    this.#streams[1].ended(id, (marks & 2) !== 0);
  }

  get lastErrorLines(): readonly string[] {
    return this.#streams[1].lastLines;
  }

  /** Reads what is left, but waits no longer than `graceMs` for a grandchild that holds the pipe open. */
  async drain(graceMs: number): Promise<void> {
    await Promise.all(this.#streams.map((stream) => stream.drain(graceMs)));
  }
}

class Stream {
  readonly attribution = new Attribution();
  readonly lastLines: string[] = [];
  pid = 0;
  #writeEnd: number | null;
  readonly #name: 'stdout' | 'stderr';
  readonly #socket: Socket;
  readonly #cutter: LineCutter;
  readonly #options: OutputOptions;
  readonly #ended: Promise<void>;
  readonly #throttle: Throttle;

  constructor(name: 'stdout' | 'stderr', path: string, options: OutputOptions) {
    this.#name = name;
    this.#options = options;
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.#writeEnd = openSync(path, constants.O_WRONLY);
    unlinkSync(path);
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
    this.#socket = new Socket({ fd: readEnd, readable: true, writable: false });
    this.#throttle = new Throttle(options.logger, {
      pause: () => this.#socket.pause(),
      resume: () => this.#socket.resume(),
    });
    this.#socket.on('data', (chunk: Buffer) => {
      this.#cutter.push(chunk);
      this.#throttle.settle();
    });
    this.#ended = new Promise((resolve) => {
      this.#socket.once('close', () => {
        this.#cutter.end();
        resolve();
      });
    });
    this.#socket.on('error', () => this.#socket.destroy());
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
      if (this.#socket.readableLength > 0) this.#socket.read();
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

  #line(levelname: string, text: string): void {
    if (this.#name === 'stderr') {
      this.lastLines.push(text.slice(0, LAST_LINE_CHARACTERS));
      if (this.lastLines.length > LAST_LINES) this.lastLines.shift();
    }
    const id = this.attribution.owner;
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
