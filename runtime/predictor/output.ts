/**
 * Hazard: Node's own stdio pipes are sockets, on which `open("/dev/stdout")` and `tee /dev/stderr` fail in the child.
 * Remedy: named pipes, unlinked as soon as both ends are open. Precondition: `dir` is on a file system that holds named pipes.
 */
import { join } from 'node:path';
import { execa } from 'execa';
import { assertSpawnRoom } from '../processes/spawn-room.ts';
import { openFifos } from './fifo.ts';
import { OutputStream, type OutputOptions } from './output-stream.ts';
import { A_PREDICTOR } from './start-error.ts';

/** How long output that is still in a pipe is waited for after the exit, when a grandchild holds the pipe open. */
const OUTPUT_GRACE_MS = 200;

/** Runs without output after which a process counts as quiet. */
const QUIET_RUNS = 32;

/** fds 1 and 2 of one predictor process: captured line by line, labelled, bounded. */
export class Output {
  readonly #streams: readonly [OutputStream, OutputStream];
  #quietRuns = 0;

  private constructor(streams: readonly [OutputStream, OutputStream]) {
    this.#streams = streams;
  }

  /** Rejects with the system's error, and leaves nothing open then. */
  static async open(options: OutputOptions): Promise<Output> {
    const paths = [join(options.dir, 'stdout.fifo'), join(options.dir, 'stderr.fifo')] as const;
    assertSpawnRoom(A_PREDICTOR);
    await execa('mkfifo', ['-m', '600', ...paths]);
    const [stdout, stderr] = openFifos(paths);
    return new Output([new OutputStream('stdout', stdout, options), new OutputStream('stderr', stderr, options)]);
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

  /** Whether so many runs wrote nothing that the next output is news: where several workloads wait, it takes care to tell whose it is. */
  get isQuiet(): boolean {
    return this.#quietRuns >= QUIET_RUNS;
  }

  /** @param marks bit 1: stdout was marked; bit 2: stderr was */
  ended(id: string, marks: number): void {
    const [stdout, stderr] = this.#streams;
    stdout.ended(id, (marks & 1) !== 0);
    stderr.ended(id, (marks & 2) !== 0);
    // Both are asked: each forgets.
    const [onStdout, onStderr] = [stdout.takeWrote(), stderr.takeWrote()];
    this.#quietRuns = marks !== 0 || onStdout || onStderr ? 0 : this.#quietRuns + 1;
  }

  get lastErrorLines(): readonly string[] {
    return this.#streams[1].lastLines;
  }

  /** Reads what is left, but waits no longer than `graceMs` for a grandchild that holds the pipe open. */
  async drain(graceMs = OUTPUT_GRACE_MS): Promise<void> {
    await Promise.all(this.#streams.map((stream) => stream.drain(graceMs)));
  }
}
