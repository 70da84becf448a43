import { randomUUID } from 'node:crypto';
import { KnownError } from '../../errors/known-error.ts';
import type { RedisLink } from './link.ts';
import { bytesIn } from './replies.ts';
import { prefixOf, type Scripts } from './scripts.ts';
import { UPLOAD_MS } from './under-way.ts';
import { Window } from './window.ts';

/** Larger bodies are cut into chunks of this: one command of many MB would hold up everybody else's. */
export const CHUNK_BYTES = 256 * 1024;
/** Chunks of all bodies that are under way at once, each way: a link of 1 MB/s gets them across well in the time of a command. */
const WINDOW_BYTES = 2 * CHUNK_BYTES;

/** Large bodies in Redis itself, in chunks. */
export class Chunks {
  readonly #link: RedisLink;
  readonly #scripts: Scripts;
  readonly #up = new Window(WINDOW_BYTES);
  readonly #down = new Window(WINDOW_BYTES);

  constructor(link: RedisLink, scripts: Scripts) {
    this.#link = link;
    this.#scripts = scripts;
  }

  /**
   * Stores chunks of `CHUNK_BYTES` each, but for the last; resolves to the key of all, and how many there are.
   * @param by how each goes: `call` where a client waits, else `transfer`
   */
  async place(
    api: string,
    chunks: AsyncIterable<Buffer>,
    by: 'call' | 'transfer',
  ): Promise<{ readonly key: string; readonly count: number }> {
    const key = `${prefixOf(api)}b:${randomUUID()}`;
    let count = 0;
    try {
      for await (const chunk of chunks) {
        const facts = [key, String(count), chunk, String(UPLOAD_MS)];
        await this.#up.pass(chunk.byteLength, () => this.#scripts[by]('chunk', api, ...facts));
        count += 1;
      }
    } catch (error) {
      await this.withdraw(key);
      throw error;
    }
    return { key, count };
  }

  /** Forgets chunks that nothing refers to. They go by themselves where Redis cannot be told. */
  async withdraw(key: string): Promise<void> {
    await this.#link.run('UNLINK', key).catch(() => undefined);
  }

  /**
   * Reads them, one after another. Rejects with `PONS_ERR_WORKLOAD_BODY_MISSING` where the first is gone, with `PONS_ERR_WORKLOAD_BODY_DAMAGED` where it is not as
   * long as it was, as does what comes of it for the others.
   */
  async open(key: string, sizeBytes: number): Promise<AsyncGenerator<Buffer>> {
    // Before anybody relies on it: one that is gone can still become an error.
    const first = await this.#at(key, 0, sizeBytes, 'run');
    return this.#from(key, first, sizeBytes);
  }

  async *#from(key: string, first: Buffer, sizeBytes: number): AsyncGenerator<Buffer> {
    yield first;
    const count = Math.ceil(sizeBytes / CHUNK_BYTES);
    for (let at = 1; at < count; at += 1) yield await this.#at(key, at, sizeBytes, 'transfer');
  }

  async #at(key: string, at: number, sizeBytes: number, by: 'run' | 'transfer'): Promise<Buffer> {
    const chunk = await this.#down.pass(CHUNK_BYTES, () => this.#link[by]('HGET', key, String(at)));
    if (chunk === null) throw KnownError.of('PONS_ERR_WORKLOAD_BODY_MISSING', { path: key });
    const bytes = bytesIn(chunk);
    const hadBytes = Math.min(CHUNK_BYTES, sizeBytes - at * CHUNK_BYTES);
    if (bytes.byteLength === hadBytes) return bytes;
    const problem = `part ${at} of ${key} has ${bytes.byteLength} bytes and had ${hadBytes}`;
    throw KnownError.of('PONS_ERR_WORKLOAD_BODY_DAMAGED', { problem });
  }
}
