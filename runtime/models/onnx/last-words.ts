import type { Readable } from 'node:stream';
import type { KnownError } from '../../errors/known-error.ts';
import { readLines } from '../../processes/printed-lines.ts';
import { shortageSaid } from '../../processes/shortage.ts';

const MAX_LINE_BYTES = 500;
/** How C++, glibc and JavaScript begin the line that says why they end their process; what is printed around it are traces. */
const REASON =
  /^FATAL ERROR: |^terminate called |^\s*what\(\): |^(?:free|malloc|realloc|corrupted|double free)\b|^\w*Error\b.*: /;
/** What Node and onnxruntime print where the system refuses a thread. */
const THREADS = /pthread_create/;
/** What Node prints beside that. */
const NOISE = /^Node\.js v|^\(node:\d+\)|^\(Use `/;

/** What a process of models prints before it ends: the last line that gives a reason, else the last one. */
export class LastWords {
  #reason: string | null = null;
  #last: string | null = null;
  readonly #lines: string[] = [];

  constructor(stream: Readable | null) {
    if (stream === null) return;
    void readLines(stream, MAX_LINE_BYTES, (line) => {
      if (THREADS.test(line)) this.#lines.push(line);
      if (NOISE.test(line)) return;
      if (REASON.test(line)) this.#reason = line.trim();
      this.#last = line.trim();
    });
  }

  /** What the machine had too little of, where that was among them; `what` is what was to be started with it. */
  shortage(what: string): KnownError | null {
    return shortageSaid(this.#lines, what);
  }

  /** Behind a verb: ` (terminate called without an active exception)`; empty where nothing was printed. */
  inBrackets(): string {
    const words = this.#reason ?? this.#last;
    return words === null ? '' : ` (${words})`;
  }
}
