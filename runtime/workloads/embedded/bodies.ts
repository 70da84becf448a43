import { hash } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { KnownError } from '../../errors/known-error.ts';
import type { Body, OpenBody, ReceivedBody } from '../store.ts';
import { BodyFile } from './body-file.ts';
import type { Disk } from './disk.ts';
import { FaultError, faultOf, knownErrorOf } from './fault.ts';
import type { StoredBody } from './operations.ts';
import { readSlice, type SliceWriter } from './slices.ts';

/** Bodies above this are files beside the database: 1 MB. */
const LARGE_BODY_BYTES = 1024 * 1024;

/** What is read of a file at a time. */
const READ_BYTES = 256 * 1024;

/** The bodies of one state folder, on their way into the store and out of it. */
export class Bodies {
  readonly #folder: string;
  readonly #disk: Disk;

  constructor(folder: string, disk: Disk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  /** Reads `stream` to its end. After an error the stream is left as it stands, so that a request can still be answered. */
  async receive(stream: Readable, limitBytes: number): Promise<ReceivedBody> {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    let file: BodyFile | null = null;
    try {
      // Nothing is awaited before: until the iterator listens, a stream that breaks would end the process.
      for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > limitBytes) throw KnownError.of('PONS_ERR_HTTP_BODY_TOO_LARGE', { limitBytes });
        chunks.push(chunk);
        if (sizeBytes <= LARGE_BODY_BYTES) continue;
        await this.#disk.reserve(chunk.byteLength);
        file ??= await this.#begin();
        await this.#append(file, chunks.splice(0));
      }
      if (file !== null) return await this.#finish(file);
    } catch (error) {
      await file?.abandon();
      throw error;
    }
    const [first] = chunks;
    const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
    return { body: { kind: 'bytes', bytes }, digest: hash('sha256', bytes, 'buffer') };
  }

  /** Writes large bytes to a file of their own; small ones stay as they are. Results may use the reserve: it is there for them. */
  async keep(bytes: Uint8Array): Promise<Body> {
    if (bytes.byteLength <= LARGE_BODY_BYTES) return { kind: 'bytes', bytes };
    const file = await this.#begin();
    try {
      await this.#append(file, [bytes]);
      return (await this.#finish(file)).body;
    } catch (error) {
      await file.abandon();
      throw error;
    }
  }

  /**
   * Reads a body; rejects with `PONS_ERR_WORKLOAD_BODY_MISSING` when somebody deleted its file, with `PONS_ERR_WORKLOAD_BODY_DAMAGED` where that is not as long
   * as it was.
   */
  async read(body: Body): Promise<Uint8Array> {
    if (body.kind === 'bytes') return body.bytes;
    const { path, sizeBytes } = body;
    try {
      const bytes = await readFile(path);
      if (bytes.byteLength !== sizeBytes) throw wrongLength(path, bytes.byteLength, sizeBytes);
      return bytes;
    } catch (error) {
      throw readError(error, path);
    }
  }

  /** Opens a body; rejects as `read` does. */
  async open(body: Body): Promise<OpenBody> {
    if (body.kind === 'bytes') return { sizeBytes: body.bytes.byteLength, stream: Readable.from([body.bytes]) };
    const { path, sizeBytes } = body;
    const file = await open(path).catch((error: unknown) => {
      throw readError(error, path);
    });
    try {
      const { size } = await file.stat();
      if (size !== sizeBytes) throw wrongLength(path, size, sizeBytes);
    } catch (error) {
      await file.close();
      throw readError(error, path);
    }
    return { sizeBytes, stream: file.createReadStream({ end: sizeBytes - 1, highWaterMark: READ_BYTES }) };
  }

  async remove(body: Body): Promise<void> {
    if (body.kind === 'file') await rm(body.path, { force: true });
  }

  /** The form in which a body goes to the store's thread. */
  pack(body: Body, writer: SliceWriter): StoredBody {
    if (body.kind === 'bytes') return writer.add(body.bytes);
    return { file: basename(body.path), sizeBytes: body.sizeBytes };
  }

  /** The form in which callers get what came back from there. */
  unpack(stored: StoredBody, bytes: Uint8Array): Body {
    if ('file' in stored) return { kind: 'file', path: join(this.#folder, stored.file), sizeBytes: stored.sizeBytes };
    return { kind: 'bytes', bytes: readSlice(bytes, stored) };
  }

  #begin(): Promise<BodyFile> {
    return this.#onDisk(() => BodyFile.create(this.#folder));
  }

  async #append(file: BodyFile, chunks: readonly Uint8Array[]): Promise<void> {
    await this.#onDisk(async () => {
      for (const chunk of chunks) await file.append(chunk);
    });
  }

  #finish(file: BodyFile): Promise<ReceivedBody> {
    return this.#onDisk(() => file.finish());
  }

  async #onDisk<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw knownErrorOf(faultOf(error, this.#folder), error);
    }
  }
}

function wrongLength(path: string, found: number, sizeBytes: number): FaultError {
  const problem = `${path} has ${found} bytes and had ${sizeBytes}`;
  return new FaultError({ code: 'PONS_ERR_WORKLOAD_BODY_DAMAGED', facts: { problem } });
}

function readError(error: unknown, path: string): KnownError {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    return KnownError.of('PONS_ERR_WORKLOAD_BODY_MISSING', { path }, error);
  }
  return knownErrorOf(faultOf(error, path), error);
}
