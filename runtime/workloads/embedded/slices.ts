/** Where a part lies in the one buffer that goes with a message. */
export interface Slice {
  readonly at: number;
  readonly length: number;
}

/** Gathers the bytes of many messages into one buffer that is handed over without a further copy. */
export class SliceWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A point to come back to with `cutTo`. */
  mark(): { readonly parts: number; readonly length: number } {
    return { parts: this.#parts.length, length: this.#length };
  }

  /** Forgets what was added after `mark`. */
  cutTo(mark: { readonly parts: number; readonly length: number }): void {
    this.#parts.length = mark.parts;
    this.#length = mark.length;
  }

  add(bytes: Uint8Array): Slice {
    const slice = { at: this.#length, length: bytes.byteLength };
    this.#parts.push(bytes);
    this.#length += bytes.byteLength;
    return slice;
  }

  /** A buffer of its own, so that it may be transferred. */
  finish(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.byteLength;
    }
    return whole;
  }
}

/** The part itself; it shares the buffer's memory. */
export function readSlice(buffer: Uint8Array, { at, length }: Slice): Uint8Array {
  return buffer.subarray(at, at + length);
}
