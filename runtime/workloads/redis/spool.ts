import { createHash, hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { KnownError } from '../../errors/known-error.ts';
import { freeBytesAt } from '../../state/free-bytes.ts';
import type { ReceivedBody } from '../store.ts';

/** Bodies above this wait in a file until their workload is known, so that many large ones at once are not in memory at once. */
const IN_MEMORY_BYTES = 1024 * 1024;

/** Where bodies that arrive are gathered before they go to Redis. Nothing of it has to outlive the process. */
export class Spool {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens an empty one: what an earlier process left there is deleted. */
  static async open(folder: string): Promise<Spool> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Spool(folder);
  }

  /** Reads `stream` to its end. After an error the stream is left as it stands, so that a request can still be answered. */
  async receive(stream: Readable, limitBytes: number): Promise<ReceivedBody> {
    const path = join(this.#folder, randomUUID());
    const chunks: Uint8Array[] = [];
    const digest = createHash('sha256');
    let sizeBytes = 0;
    let file: FileHandle | null = null;
    try {
      // Nothing is awaited before: until the iterator listens, a stream that breaks would end the process.
      for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > limitBytes) throw KnownError.of('PONS_ERR_HTTP_BODY_TOO_LARGE', { limitBytes });
        chunks.push(chunk);
        if (sizeBytes <= IN_MEMORY_BYTES) continue;
        file ??= await this.#onDisk(() => open(path, 'wx', 0o600));
        const handle = file;
        for (const one of chunks.splice(0)) {
          digest.update(one);
          await this.#onDisk(() => handle.writeFile(one));
        }
      }
    } catch (error) {
      await file?.close();
      await rm(path, { force: true });
      throw error;
    }
    if (file !== null) {
      await file.close();
      return { body: { kind: 'file', path, sizeBytes }, digest: digest.digest() };
    }
    const bytes = Buffer.concat(chunks);
    return { body: { kind: 'bytes', bytes }, digest: hash('sha256', bytes, 'buffer') };
  }

  /** Whether a body of this path lies here. */
  holds(path: string): boolean {
    return path.startsWith(this.#folder);
  }

  async read(path: string): Promise<Uint8Array> {
    return readFile(path).catch((error: unknown) => {
      throw KnownError.of('PONS_ERR_WORKLOAD_BODY_MISSING', { path }, error);
    });
  }

  /** @param range the first byte and the last, if not all */
  stream(
    path: string,
    highWaterMark: number,
    range: { readonly start?: number; readonly end?: number } = {},
  ): Readable {
    return createReadStream(path, { highWaterMark, ...range });
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }

  async #onDisk<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const path = this.#folder;
      if (code === 'ENOSPC' || code === 'EDQUOT') {
        throw KnownError.of('PONS_ERR_STORE_FULL', { path, freeBytes: freeBytesAt(path) }, error);
      }
      throw KnownError.of('PONS_ERR_STORE_IO', { path, reason: message }, error);
    }
  }
}
