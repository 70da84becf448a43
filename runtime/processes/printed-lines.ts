import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

/* Hazard: `node:readline` keeps a line until it ends, so that a program that prints without line feeds fills the memory. Remedy: a limit. */

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Hands over each line of `stream` that is not empty, as it comes; a carriage return ends one too. Of one that is longer than `limitBytes` only its beginning is
 * kept, with dots behind it. Resolves when the stream has ended, failed or was destroyed.
 */
export async function readLines(stream: Readable, limitBytes: number, printed: (line: string) => void): Promise<void> {
  const line = new BoundedLine(limitBytes);
  const end = (): void => {
    const text = line.take().trimEnd();
    if (text !== '') printed(text);
  };
  stream.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (chunk[at] !== LINE_FEED && chunk[at] !== CARRIAGE_RETURN) continue;
      line.append(chunk.subarray(start, at));
      end();
      start = at + 1;
    }
    line.append(chunk.subarray(start));
  });
  await finished(stream).catch(() => undefined);
  end();
}

class BoundedLine {
  readonly #limitBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #isCut = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  append(part: Buffer): void {
    const room = this.#limitBytes - this.#bytes;
    this.#isCut ||= part.length > room;
    if (part.length === 0 || room === 0) return;
    // Copied where it is cut, since a view would keep the whole chunk.
    const kept = part.length > room ? Buffer.from(part.subarray(0, room)) : part;
    this.#parts.push(kept);
    this.#bytes += kept.length;
  }

  take(): string {
    const text = Buffer.concat(this.#parts).toString('utf8');
    const line = this.#isCut ? `${text.replace(/\ufffd$/, '')}...` : text;
    this.#parts = [];
    this.#bytes = 0;
    this.#isCut = false;
    return line;
  }
}
