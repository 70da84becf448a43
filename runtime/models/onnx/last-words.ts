import type { Readable } from 'node:stream';
import type { KnownError } from '../../errors/known-error.ts';
import { readLines } from '../../processes/printed-lines.ts';
import { REFUSED_THREAD } from '../../processes/refused-thread.ts';
import { shortageSaid } from '../../processes/shortage.ts';

const MAX_LINE_BYTES = 500;
/** How C++, glibc, Node and JavaScript begin the line that says why they end their process; what is printed around it are traces. */
const REASON =
  /^FATAL ERROR: |^ *# {2}Assertion failed: |^terminate called |^\s*what\(\): |^(?:free|malloc|realloc|corrupted|double free)\b|^\w*Error\b.*: /;
/** What Node prints beside that. */
const NOISE = /^Node\.js v|^\(node:\d+\)|^\(Use `|^ *\d+: |^----- .* -----$/;

/** What a process of models prints before it ends: the last line that gives a reason, else the last one. */
export class LastWords {
  #reason: string | null = null;
  #last: string | null = null;
  #refused: string | null = null;

  constructor(stream: Readable | null) {
    if (stream === null) return;
    void readLines(stream, MAX_LINE_BYTES, (line) => {
      const bare = line.replace(/^[ #]+/, '');
      if (REFUSED_THREAD.test(line)) this.#refused = bare;
      if (NOISE.test(line)) return;
      if (REASON.test(line)) this.#reason = bare;
      this.#last = line.trim();
    });
  }

  /** What the machine had too little of, where that was among them; `what` is what was to be started with it. */
  shortage(what: string): KnownError | null {
    return this.#refused === null ? null : shortageSaid([this.#refused], what);
  }

  /** Has nothing that came before this told: the process went on. */
  forget(): void {
    this.#reason = null;
    this.#last = null;
    this.#refused = null;
  }

  /** Behind a verb: ` (terminate called without an active exception)`; empty where nothing was printed. */
  inBrackets(): string {
    const words = this.#reason ?? this.#last;
    return words === null ? '' : ` (${words})`;
  }
}
