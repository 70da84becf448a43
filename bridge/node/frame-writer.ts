import type { Writable } from 'node:stream';
import { encodeFrame } from './framing.ts';

/** Writes frames to a stream; all that is written in one turn goes out at its end, in one call of the system. */
export class FrameWriter {
  readonly #sink: Writable;
  #held = false;

  constructor(sink: Writable) {
    this.#sink = sink;
  }

  /** Throws `FramingError` where a length is not allowed; then nothing is written. */
  write(header: string, body: Uint8Array): void {
    const parts = encodeFrame(header, body);
    if (!this.#held) {
      // Each call of the system costs more than a small frame, and may wake the other end for a part of what it could have had.
      this.#held = true;
      this.#sink.cork();
      process.nextTick(() => {
        this.flush();
      });
    }
    for (const part of parts) this.#sink.write(part);
  }

  /** Lets go what was written so far. */
  flush(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#sink.uncork();
  }
}
