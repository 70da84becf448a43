import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { digestOf } from './checksums.ts';
import { storeProblem } from './store-problem.ts';

/*
 * A file has its name only when all of it is on the disk, whatever ends Pons: until then it is `<name>.part`, which the next download goes
 * on with.
 */
export class PartFile {
  readonly #path: string;
  readonly #part: string;
  readonly #sizeBytes: number;

  constructor(path: string, sizeBytes: number) {
    this.#path = path;
    this.#part = `${path}.part`;
    this.#sizeBytes = sizeBytes;
  }

  /** How many bytes are there. */
  async length(): Promise<number> {
    const length = await stat(this.#part).then(
      ({ size }) => size,
      () => 0,
    );
    if (length <= this.#sizeBytes) return length;
    await this.drop();
    return 0;
  }

  /** Appends all of `chunks` from `start` on, or what comes before they end or fail; `written` is told of each. */
  async append(start: number, chunks: AsyncIterable<Uint8Array>, written: (bytes: number) => void): Promise<void> {
    const handle = await this.#guard(() => open(this.#part, start === 0 ? 'w' : 'r+'));
    try {
      let at = start;
      for await (const chunk of chunks) {
        if (at + chunk.byteLength > this.#sizeBytes) throw new Error('more came than the object is said to have');
        await this.#guard(() => writeAll(handle, chunk, at));
        at += chunk.byteLength;
        written(chunk.byteLength);
      }
      await this.#guard(() => handle.sync());
    } finally {
      await handle.close();
    }
  }

  /** In hexadecimal. */
  digest(algorithm: 'md5' | 'sha256'): Promise<string> {
    return digestOf(this.#part, algorithm);
  }

  async drop(): Promise<void> {
    await rm(this.#part, { force: true });
  }

  /** Gives the complete file its name. */
  async finish(): Promise<void> {
    await this.#guard(() => rename(this.#part, this.#path));
  }

  async #guard<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      throw storeProblem(error, this.#path, this.#sizeBytes - (await this.length()));
    }
  }
}

/** One write may take a part only, as where the disk fills: the next one then says why. */
async function writeAll(handle: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < chunk.byteLength;) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done, at + done);
    done += bytesWritten;
  }
}
