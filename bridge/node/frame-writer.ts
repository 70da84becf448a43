import type { Writable } from 'node:stream';
import { encodeFrame } from './framing.ts';

/**
 * Writes frames to a stream. The first of a turn goes out at once, so that the other end can begin; the others of the same turn at its end, in one call of
 * the system, which costs more than a small frame.
 */
export class FrameWriter {
  readonly #sink: Writable;
  #state: 'open' | 'written' | 'corked' = 'open';

  constructor(sink: Writable) {
    this.#sink = sink;
  }

  /** Throws `FramingError` where a length is not allowed; then nothing is written. */
  write(header: string, body: Uint8Array): void {
    const parts = encodeFrame(header, body);
    if (this.#state !== 'open') {
      if (this.#state === 'written') this.#sink.cork();
      this.#state = 'corked';
      for (const part of parts) this.#sink.write(part);
      return;
    }
    if (parts.length > 1) this.#sink.cork();
    for (const part of parts) this.#sink.write(part);
    if (parts.length > 1) this.#sink.uncork();
    this.#state = 'written';
    process.nextTick(() => {
      this.flush();
    });
  }

  /** Lets go what was written so far. */
  flush(): void {
    if (this.#state === 'corked') this.#sink.uncork();
    this.#state = 'open';
  }
}
