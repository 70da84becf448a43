import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { storeProblem } from './store-problem.ts';

const CHUNK_BYTES = 256 * 1024;

/** What each object was when it was stored. A disk that ran full, a crash of the machine or a person may have changed it since. */
export class Checksums {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** To be called before the object has its name. Rejects with `PONS_ERR_MODELS_NOT_STORED` or `PONS_ERR_MODELS_DISK_FULL`. */
  async note(name: string, sha256: string): Promise<void> {
    const path = join(this.#folder, name);
    try {
      await mkdir(this.#folder, { recursive: true });
      const handle = await open(`${path}.draft`, 'w');
      try {
        await handle.writeFile(sha256);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(`${path}.draft`, path);
    } catch (error) {
      throw storeProblem(error, path, sha256.length);
    }
  }

  /** Whether the file at `path` is the object still; it is read to its end. */
  async fits(path: string, name: string, sizeBytes: number): Promise<boolean> {
    try {
      if ((await stat(path)).size !== sizeBytes) return false;
      const noted = await readFile(join(this.#folder, name), 'utf8');
      return noted === (await digestOf(path, 'sha256'));
    } catch {
      // What is not there or cannot be read is of no use, whatever the reason.
      return false;
    }
  }

  async forget(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true });
  }
}

/** Of all that is in a file, in hexadecimal. */
export async function digestOf(path: string, algorithm: 'md5' | 'sha256'): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
