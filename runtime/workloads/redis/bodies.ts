import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { KnownError } from '../../errors/known-error.ts';
import type { Body, OpenBody } from '../store.ts';
import type { RedisLink } from './link.ts';
import { bytesIn } from './replies.ts';
import { prefixOf, type Scripts } from './scripts.ts';
import type { Spool } from './spool.ts';
import { Window } from './window.ts';

/** Larger bodies are cut into chunks of this: one command of many MB would hold up everybody else's. */
const CHUNK_BYTES = 256 * 1024;
/** For so long a body may be on its way into Redis; after that nothing refers to it any more. */
const UPLOAD_MS = 15 * 60 * 1000;
/** Chunks of all bodies that are under way at once, each way: a link of 1 MB/s gets them across well in the time of a command. */
const WINDOW_BYTES = 2 * CHUNK_BYTES;

/** A body as the functions take it: in the record itself, or as chunks under a key of their own. */
export interface PlacedBody {
  readonly sizeBytes: number;
  readonly inline: Buffer;
  /** '' where it is inline. */
  readonly chunks: string;
  readonly count: number;
}

const NOTHING = Buffer.alloc(0);

/** Payloads and results in Redis. */
export class Bodies {
  readonly #link: RedisLink;
  readonly #scripts: Scripts;
  readonly #spool: Spool;
  readonly #up = new Window(WINDOW_BYTES);
  readonly #down = new Window(WINDOW_BYTES);

  constructor(link: RedisLink, scripts: Scripts, spool: Spool) {
    this.#link = link;
    this.#scripts = scripts;
    this.#spool = spool;
  }

  /**
   * Brings a body to where a function can refer to it. To be followed by that function, or by `withdraw`.
   * @param by how each chunk goes: `call` where a client waits, else `transfer`
   */
  async place(api: string, body: Body, by: 'call' | 'transfer'): Promise<PlacedBody> {
    if (body.kind === 'bytes' && body.bytes.byteLength <= CHUNK_BYTES) {
      const { buffer, byteOffset, byteLength } = body.bytes;
      return { sizeBytes: byteLength, inline: Buffer.from(buffer, byteOffset, byteLength), chunks: '', count: 0 };
    }
    const chunks = `${prefixOf(api)}b:${randomUUID()}`;
    let [sizeBytes, count] = [0, 0];
    try {
      for await (const chunk of this.#chunksOf(body)) {
        const facts = [chunks, String(count), chunk, String(UPLOAD_MS)];
        await this.#up.pass(chunk.byteLength, () => this.#scripts[by]('chunk', api, ...facts));
        sizeBytes += chunk.byteLength;
        count += 1;
      }
    } catch (error) {
      await this.withdraw({ chunks });
      throw error;
    }
    return { sizeBytes, inline: NOTHING, chunks, count };
  }

  /** Forgets a placed body that nothing refers to. It goes by itself where Redis cannot be told. */
  async withdraw({ chunks }: Pick<PlacedBody, 'chunks'>): Promise<void> {
    if (chunks !== '') await this.#link.run('UNLINK', chunks).catch(() => undefined);
  }

  /** The form in which callers get a body: its chunks' key is the path of its `file`. */
  shown(sizeBytes: number, inline: Buffer, chunks: string): Body {
    return chunks === '' ? { kind: 'bytes', bytes: inline } : { kind: 'file', path: chunks, sizeBytes };
  }

  async read(body: Body): Promise<Uint8Array> {
    if (body.kind === 'bytes') return body.bytes;
    if (this.#spool.holds(body.path)) return this.#spool.read(body.path);
    const chunks: Buffer[] = [];
    for (let at = 0; at < countOf(body.sizeBytes); at += 1) chunks.push(await this.#chunk(body.path, at, 'transfer'));
    return Buffer.concat(chunks);
  }

  async open(body: Body): Promise<OpenBody> {
    if (body.kind === 'bytes') return { sizeBytes: body.bytes.byteLength, stream: Readable.from([body.bytes]) };
    const { path, sizeBytes } = body;
    // Before anybody relies on it: one that is gone can still become an error.
    const first = await this.#chunk(path, 0, 'run');
    return { sizeBytes, stream: Readable.from(this.#from(path, first, countOf(sizeBytes)), { objectMode: false }) };
  }

  async *#from(path: string, first: Buffer, count: number): AsyncGenerator<Buffer> {
    yield first;
    for (let at = 1; at < count; at += 1) yield await this.#chunk(path, at, 'transfer');
  }

  async #chunk(path: string, at: number, by: 'run' | 'transfer'): Promise<Buffer> {
    const chunk = await this.#down.pass(CHUNK_BYTES, () => this.#link[by]('HGET', path, String(at)));
    if (chunk === null) throw KnownError.of('PONS_ERR_WORKLOAD_BODY_MISSING', { path });
    return bytesIn(chunk);
  }

  async *#chunksOf(body: Body): AsyncGenerator<Buffer> {
    if (body.kind === 'file') {
      yield* this.#spool.stream(body.path, CHUNK_BYTES) as AsyncIterable<Buffer>;
      return;
    }
    const { buffer, byteOffset, byteLength } = body.bytes;
    for (let at = 0; at < byteLength; at += CHUNK_BYTES) {
      yield Buffer.from(buffer, byteOffset + at, Math.min(CHUNK_BYTES, byteLength - at));
    }
  }
}

function countOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / CHUNK_BYTES);
}

/** What the functions are told of a placed body. */
export function argumentsOf({ sizeBytes, inline, chunks, count }: PlacedBody): (string | Buffer)[] {
  return [String(sizeBytes), inline, chunks, String(count)];
}

/** What to say where a placed body was no longer there when a function came to refer to it. */
export function bodyLost(link: RedisLink): KnownError {
  const reason = 'it has lost a part of the body meanwhile';
  return KnownError.of('PONS_ERR_REDIS_UNREACHABLE', { address: link.address.shown, reason });
}
