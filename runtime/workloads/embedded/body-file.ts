import { createHash, randomUUID, type Hash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReceivedBody } from '../store.ts';

/*
 * A record must never point to a file that a loss of power can take away: the bytes are synced, then the file gets its name, then the folder is
 * synced, all before the record is written. A file without a record is harmless: it is swept at the next start.
 */

const FILE_NAME = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.part)?$/;

/** Whether a file may be a body, whole or half written: nothing else in the folder is ours to delete. */
export function isBodyFileName(name: string): boolean {
  return FILE_NAME.test(name);
}

/** One large body while it is written. To be ended by `finish` or `abandon`. */
export class BodyFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  #sizeBytes = 0;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  static async create(folder: string): Promise<BodyFile> {
    const path = join(folder, randomUUID());
    return new BodyFile(path, await open(`${path}.part`, 'wx', 0o600));
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    this.#sizeBytes += bytes.byteLength;
    let written = 0;
    while (written < bytes.byteLength) written += (await this.#handle.write(bytes, written)).bytesWritten;
  }

  /** Resolves when bytes and name are durable. */
  async finish(): Promise<ReceivedBody> {
    await this.#handle.sync();
    await this.#handle.close();
    await rename(`${this.#path}.part`, this.#path);
    const folder = await open(join(this.#path, '..'));
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return { body: { kind: 'file', path: this.#path, sizeBytes: this.#sizeBytes }, digest: this.#hash.digest() };
  }

  /** Leaves nothing behind, however far the file had come. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(`${this.#path}.part`, { force: true });
    await rm(this.#path, { force: true });
  }
}
