import type { Writable } from 'node:stream';
import { encodeFrame } from './framing.ts';
import { letGo } from './let-go.ts';

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

  /**
   * Throws `FramingError` where a length is not allowed; then nothing is written.
   * @param isGiven nobody else needs the memory of `body`
   */
  write(header: string, body: Uint8Array, isGiven = false): void {
    const parts = encodeFrame(header, body);
    if (this.#state !== 'open') {
      if (this.#state === 'written') this.#sink.cork();
      this.#state = 'corked';
      this.#send(parts, isGiven);
      return;
    }
    if (parts.length > 1) this.#sink.cork();
    this.#send(parts, isGiven);
    if (parts.length > 1) this.#sink.uncork();
    this.#state = 'written';
    process.nextTick(() => {
      this.flush();
    });
  }

  #send([head, body]: Uint8Array[], isGiven: boolean): void {
    this.#sink.write(head);
    if (body === undefined) return;
    if (!isGiven) this.#sink.write(body);
    else
      this.#sink.write(body, (error) => {
        if (error === null || error === undefined) letGo(body);
      });
  }

  /** Sends what was written so far. */
  flush(): void {
    if (this.#state === 'corked') this.#sink.uncork();
    this.#state = 'open';
  }
}
