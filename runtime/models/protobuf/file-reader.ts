import { fstatSync, readSync } from 'node:fs';
import { MAX_VARINT_BYTES, wireTypes } from './wire-format.ts';

/** The file is no protobuf message; `message` says so behind the name of the file. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** One field of a message: where its content lies in the file. A varint's content is its own bytes. */
export interface Field {
  readonly number: number;
  readonly isMessage: boolean;
  /** Offset of the field's tag. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

const WINDOW_BYTES = 64 * 1024;
/** No name in a model is longer than this; whatever is, is not a name. */
const MAX_TEXT_BYTES = 64 * 1024;
/** Content bytes by wire type; the others say it themselves, 3 and 4 (groups) are not used since protobuf 2. */
const FIXED_BYTES: Readonly<Record<number, number>> = { [wireTypes.FIXED64]: 8, [wireTypes.FIXED32]: 4 };

/**
 * Reads a protobuf file field by field through a window of it: what is not asked for is skipped, so that a model with gigabytes of tensors
 * costs the memory of the window. Source: https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  readonly size: number;
  readonly #file: number;
  readonly #what: string;
  readonly #window = Buffer.allocUnsafe(WINDOW_BYTES);
  #windowStart = 0;
  #windowEnd = 0;
  #position = 0;

  /**
   * @param file an open file, which stays open
   * @param what a file that is read without an error may be, as errors name it: `an ONNX model`
   */
  constructor(file: number, what: string) {
    this.#file = file;
    this.#what = what;
    this.size = fstatSync(file).size;
  }

  /** Calls `visit` for each field of the message between `start` and `end`, in order. Throws `WireError`. */
  fields(start: number, end: number, visit: (field: Field) => void): void {
    let at = start;
    while (at < end) {
      this.#position = at;
      const field = this.#field(at, end);
      visit(field);
      at = field.end;
    }
  }

  /** The content of a field as an integer; one above 2^53 is not exact. */
  integer(field: Field): number {
    return Number(this.int64(field));
  }

  int64(field: Field): bigint {
    this.#expect(field, false);
    this.#position = field.start;
    return BigInt.asIntN(64, this.#bigVarint(field.end));
  }

  /** A repeated integer, which is a field for each or, packed, one field with all. */
  int64s(field: Field): bigint[] {
    if (!field.isMessage) return [this.int64(field)];
    const values: bigint[] = [];
    this.#position = field.start;
    while (this.#position < field.end) values.push(BigInt.asIntN(64, this.#bigVarint(field.end)));
    return values;
  }

  text(field: Field): string {
    this.#expect(field, true);
    const bytes = field.end - field.start;
    if (bytes > MAX_TEXT_BYTES)
      throw new WireError(`is not ${this.#what}: a name of ${bytes} bytes at byte ${field.start}`);
    this.#position = field.start;
    this.#require(bytes);
    const from = field.start - this.#windowStart;
    return this.#window.toString('utf8', from, from + bytes);
  }

  #field(at: number, end: number): Field {
    const tag = this.#varint(end);
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (number === 0) throw this.#notAField(at);
    if (wireType === wireTypes.VARINT) {
      const start = this.#position;
      this.#varint(end);
      return { number, isMessage: false, at, start, end: this.#position };
    }
    const bytes = wireType === wireTypes.BYTES ? this.#varint(end) : FIXED_BYTES[wireType];
    if (bytes === undefined) throw this.#notAField(at);
    const start = this.#position;
    if (bytes > end - start) throw this.#beyond(start, bytes, end);
    return { number, isMessage: wireType === wireTypes.BYTES, at, start, end: start + bytes };
  }

  #varint(end: number): number {
    let value = 0;
    let factor = 1;
    for (let length = 0; length < MAX_VARINT_BYTES; length++) {
      const byte = this.#byte(end);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new WireError(`is not ${this.#what}: the number that ends at byte ${this.#position} is too long`);
  }

  #bigVarint(end: number): bigint {
    let value = 0n;
    for (let length = 0; length < MAX_VARINT_BYTES; length++) {
      const byte = this.#byte(end);
      value |= BigInt(byte & 0x7f) << BigInt(7 * length);
      if (byte < 0x80) return value;
    }
    throw new WireError(`is not ${this.#what}: the number that ends at byte ${this.#position} is too long`);
  }

  #byte(end: number): number {
    if (this.#position >= end) throw this.#beyond(this.#position, 1, end);
    if (this.#position < this.#windowStart || this.#position >= this.#windowEnd) this.#require(1);
    return this.#window[this.#position++ - this.#windowStart] as number;
  }

  /** Moves the window to the position, unless it holds `bytes` from there already. */
  #require(bytes: number): void {
    if (this.#position >= this.#windowStart && this.#position + bytes <= this.#windowEnd) return;
    this.#windowStart = this.#position;
    this.#windowEnd = this.#position + readSync(this.#file, this.#window, 0, WINDOW_BYTES, this.#position);
    if (this.#position + bytes > this.#windowEnd) throw this.#beyond(this.#position, bytes, this.#windowEnd);
  }

  #beyond(start: number, bytes: number, end: number): WireError {
    if (end >= this.size)
      return new WireError(`is cut off at byte ${this.size}: what begins at byte ${start} has ${bytes} bytes`);
    return new WireError(
      `is not ${this.#what}: what begins at byte ${start} does not end by byte ${end}, as what it is part of does`,
    );
  }

  #expect(field: Field, isMessage: boolean): void {
    if (field.isMessage !== isMessage) throw this.#notAField(field.at);
  }

  #notAField(at: number): WireError {
    return new WireError(`is not ${this.#what}: byte ${at} begins no field of one`);
  }
}
