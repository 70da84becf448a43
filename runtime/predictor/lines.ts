import { MARK_PREFIX, MARK_TOKEN_LENGTH } from '../../bridge/node/methods.ts';

const LINE_FEED = 0x0a;
const BRACE = 0x7b;
const EMPTY = Buffer.alloc(0);

export interface LineEvents {
  /** A line, without its line feed; bytes that are not UTF-8 are replaced. */
  readonly line: (text: string) => void;
  /** A log record that a fork of the host wrote behind the mark: JSON text, if nothing else was written into it. */
  readonly record: (json: string) => void;
  /** A line that was longer than the limit was dropped; `bytes` of it had come. */
  readonly dropped: (bytes: number) => void;
  /** The host's mark: what came before it was written by the `predict` that has just ended. */
  readonly marked: () => void;
}

/** Cuts what user code writes into lines of bounded length, and takes the host's marks and its forks' records out. */
export class LineCutter {
  readonly #limitBytes: number;
  readonly #mark: Buffer;
  readonly #events: LineEvents;
  #parts: Buffer[] = [];
  #bytes = 0;
  #overlong = false;

  constructor(limitBytes: number, markToken: string, events: LineEvents) {
    if (markToken.length !== MARK_TOKEN_LENGTH)
      throw new RangeError(`a mark token has ${MARK_TOKEN_LENGTH} characters`);
    this.#limitBytes = limitBytes;
    this.#mark = Buffer.from(MARK_PREFIX + markToken);
    this.#events = events;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      this.#append(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    if (start < chunk.length) this.#append(chunk.subarray(start));
  }

  /** Tells what is left when the stream has ended without a line feed. */
  end(): void {
    if (this.#bytes > 0) this.#endLine();
  }

  #append(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#limitBytes + this.#mark.length) {
      // Only the tail is kept, for the mark that may end the line; copied, since a view would keep the whole chunk alive.
      this.#overlong = true;
      const tails = [...this.#parts.slice(-2), part].map((one) => one.subarray(-this.#mark.length));
      this.#parts = [Buffer.from(Buffer.concat(tails).subarray(-this.#mark.length))];
    } else {
      this.#parts.push(part);
    }
  }

  #endLine(): void {
    const whole = this.#parts.length === 1 ? (this.#parts[0] ?? EMPTY) : Buffer.concat(this.#parts);
    const { marked, text } = this.#withoutMark(whole);
    const recordAt = this.#recordAt(text);
    // The limit of a record is that of its JSON text.
    const limitBytes = recordAt === 0 ? this.#limitBytes + this.#mark.length : this.#limitBytes;
    if (this.#overlong || text.length > limitBytes) this.#events.dropped(this.#bytes);
    else if (text.length > 0 || !marked) this.#tell(text, recordAt);
    if (marked) this.#events.marked();
    this.#parts = [];
    this.#bytes = 0;
    this.#overlong = false;
  }

  /** Mostly 0, but a progress bar leaves half a line before it; -1 where there is no record. */
  #recordAt(text: Buffer): number {
    const at = text.indexOf(this.#mark);
    return text[at + this.#mark.length] === BRACE ? at : -1;
  }

  #tell(text: Buffer, recordAt: number): void {
    const lineEnd = recordAt < 0 ? text.length : recordAt;
    if (recordAt !== 0) this.#events.line(text.toString('utf8', 0, lineEnd));
    if (recordAt >= 0) this.#events.record(text.toString('utf8', recordAt + this.#mark.length));
  }

  #withoutMark(line: Buffer): { marked: boolean; text: Buffer } {
    const at = line.length - this.#mark.length;
    if (at < 0 || !line.subarray(at).equals(this.#mark)) return { marked: false, text: line };
    return { marked: true, text: line.subarray(0, at) };
  }
}
