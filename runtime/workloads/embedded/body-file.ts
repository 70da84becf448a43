import { createHash, randomUUID, type Hash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReceivedBody } from '../store.ts';

/*
 * A record must never point to a file that a loss of power can take away: the bytes are synced, then the file gets its name, then the folder is
 * synced, all before the record is written. A file without a record is harmless: it is swept at the next start.
 */

/** With or without the SHA-256 of what is in it at its end: a state folder may hold both. */
const FILE_NAME = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.part|\.[0-9a-f]{64})?$/;

/** Whether a file may be a body, whole or half written: nothing else in the folder is ours to delete. */
export function isBodyFileName(name: string): boolean {
  return FILE_NAME.test(name);
}

/** One large body while it is written. To be ended by `finish` or `abandon`. */
export class BodyFile {
  readonly #part: string;
  #path: string | null = null;
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  #sizeBytes = 0;

  private constructor(part: string, handle: FileHandle) {
    this.#part = part;
    this.#handle = handle;
  }

  static async create(folder: string): Promise<BodyFile> {
    const part = join(folder, `${randomUUID()}.part`);
    return new BodyFile(part, await open(part, 'wx', 0o600));
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
    const digest = this.#hash.digest();
    const path = this.#part.replace(/part$/, digest.toString('hex'));
    this.#path = path;
    await rename(this.#part, path);
    const folder = await open(join(path, '..'));
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return { body: { kind: 'file', path, sizeBytes: this.#sizeBytes }, digest };
  }

  /** Leaves nothing behind, however far the file had come. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#part, { force: true });
    if (this.#path !== null) await rm(this.#path, { force: true });
  }
}
