/**
 * Hazard: a length that is believed before it is checked lets one broken frame allocate gigabytes.
 * Remedy: both lengths are checked against their limits as soon as the eight bytes that hold them are there.
 */

/** Bytes before the header: two unsigned 32-bit lengths, big endian. */
const PREFIX_BYTES = 8;
export const MAX_HEADER_BYTES = 1024 * 1024;
export const MAX_BODY_BYTES = 1024 * 1024 * 1024;

const MIN_HEADER_BYTES = 2;
/** Copying up to this many bytes costs less than writing them as a part of their own. */
const JOINED_BODY_BYTES = 16 * 1024;
const EMPTY = Buffer.alloc(0);

export interface Frame {
  /** One JSON-RPC message. */
  readonly header: string;
  readonly body: Buffer;
}

/** The stream holds something that is no frame; nothing after it can be understood. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

/** The bytes that go before a body of `bodyBytes`: prefix and header in one buffer. */
export function encodeHead(header: string, bodyBytes: number): Buffer {
  return encodeWithRoom(header, bodyBytes, 0);
}

/** The parts of a frame, to be written in order. A large body is a part of its own, without a copy. */
export function encodeFrame(header: string, body: Uint8Array): Uint8Array[] {
  if (body.length > JOINED_BODY_BYTES) return [encodeHead(header, body.length), body];
  const bytes = encodeWithRoom(header, body.length, body.length);
  bytes.set(body, bytes.length - body.length);
  return [bytes];
}

function encodeWithRoom(header: string, bodyBytes: number, roomBytes: number): Buffer {
  const headerBytes = Buffer.byteLength(header);
  assertLengths(headerBytes, bodyBytes);
  const bytes = Buffer.allocUnsafe(PREFIX_BYTES + headerBytes + roomBytes);
  bytes.writeUInt32BE(headerBytes, 0);
  bytes.writeUInt32BE(bodyBytes, 4);
  bytes.write(header, PREFIX_BYTES);
  return bytes;
}

/** Cuts a stream of chunks into frames; to be fed in order. Each byte is copied once: a chunk's memory may be used again when `push` has returned. */
export class FrameDecoder {
  #rest: Buffer = EMPTY;
  #open: (Frame & { filled: number }) | null = null;

  /** Whether the stream may end here: not in the middle of a frame. */
  get atBoundary(): boolean {
    return this.#open === null && this.#rest.length === 0;
  }

  /** Takes the next chunk and returns the frames that it completes. Throws `FramingError`. */
  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let input = chunk;
    if (this.#open !== null) {
      input = this.#fill(this.#open, input, frames);
    } else if (this.#rest.length > 0) {
      input = Buffer.concat([this.#rest, chunk]);
      this.#rest = EMPTY;
    }
    while (input.length > 0) {
      const next = this.#begin(input, frames);
      if (next === null) break;
      input = next;
    }
    return frames;
  }

  /** Reads one frame's head; returns what follows, or null when the input is used up. */
  #begin(input: Buffer, frames: Frame[]): Buffer | null {
    if (input.length < PREFIX_BYTES) {
      this.#rest = Buffer.from(input);
      return null;
    }
    const headerBytes = input.readUInt32BE(0);
    const bodyBytes = input.readUInt32BE(4);
    assertLengths(headerBytes, bodyBytes);
    const bodyStart = PREFIX_BYTES + headerBytes;
    if (input.length < bodyStart) {
      this.#rest = Buffer.from(input);
      return null;
    }
    const header = input.toString('utf8', PREFIX_BYTES, bodyStart);
    const bodyEnd = bodyStart + bodyBytes;
    if (input.length >= bodyEnd) {
      frames.push({ header, body: bodyBytes === 0 ? EMPTY : Buffer.from(input.subarray(bodyStart, bodyEnd)) });
      return input.length === bodyEnd ? EMPTY : input.subarray(bodyEnd);
    }
    this.#open = { header, body: Buffer.allocUnsafe(bodyBytes), filled: 0 };
    return this.#fill(this.#open, input.subarray(bodyStart), frames);
  }

  #fill(open: Frame & { filled: number }, input: Buffer, frames: Frame[]): Buffer {
    const taken = input.copy(open.body, open.filled);
    open.filled += taken;
    if (open.filled === open.body.length) {
      this.#open = null;
      frames.push({ header: open.header, body: open.body });
    }
    return input.subarray(taken);
  }
}

function assertLengths(headerBytes: number, bodyBytes: number): void {
  if (headerBytes < MIN_HEADER_BYTES || headerBytes > MAX_HEADER_BYTES) {
    throw new FramingError(`a header of ${headerBytes} bytes; ${MIN_HEADER_BYTES} to ${MAX_HEADER_BYTES} are allowed`);
  }
  if (bodyBytes > MAX_BODY_BYTES) {
    throw new FramingError(`a body of ${bodyBytes} bytes; at most ${MAX_BODY_BYTES} are allowed`);
  }
}
