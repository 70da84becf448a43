import { Readable } from 'node:stream';
import { KnownError } from '../../errors/known-error.ts';
import { contentOf, type Content } from '../blobs/content.ts';
import { isReference } from '../blobs/location.ts';
import type { Body, OpenBody, ReceivedBody } from '../store.ts';
import { CHUNK_BYTES, type Chunks } from './chunks.ts';
import type { Objects } from './objects.ts';
import type { ResultRoom } from './result-room.ts';
import type { Spool } from './spool.ts';

/** A body as the functions take it: in the record itself, or in a place of its own. */
export interface PlacedBody {
  readonly sizeBytes: number;
  readonly inline: Buffer;
  /** The key of its chunks in Redis, or the reference of its object in a bucket; '' where it is inline. */
  readonly chunks: string;
  /** How many chunks. */
  readonly count: number;
}

const NOTHING = Buffer.alloc(0);

/** Payloads and results: small ones in records, large ones in a bucket where there is one, else in chunks. */
export class Bodies {
  readonly #chunks: Chunks;
  readonly #objects: Objects | null;
  readonly #spool: Spool;
  readonly #resultRoom: ResultRoom;

  constructor(chunks: Chunks, objects: Objects | null, spool: Spool, resultRoom: ResultRoom) {
    this.#chunks = chunks;
    this.#objects = objects;
    this.#spool = spool;
    this.#resultRoom = resultRoom;
  }

  /** What references begin with that can be read now; '' where none can. */
  get readable(): string {
    const bucket = this.#objects?.bucket;
    return bucket === undefined || bucket.refusal !== null ? '' : bucket.location.base;
  }

  /** Whether a payload is brought to another place than Redis, which is worth a look whether it is needed there. */
  isFar({ body }: ReceivedBody): boolean {
    return this.#objects !== null && sizeOf(body) > CHUNK_BYTES;
  }

  /** Brings the payload of a workload to where a function can refer to it. To be followed by that function, or by `withdraw`. */
  placePayload(api: string, id: string, { body, digest }: ReceivedBody): Promise<PlacedBody> {
    const content = async (): Promise<Content> =>
      body.kind === 'bytes'
        ? contentOf(body.bytes)
        : {
            sizeBytes: body.sizeBytes,
            sha256: Buffer.from(digest).toString('hex'),
            stream: (start, end) => this.#spool.stream(body.path, CHUNK_BYTES, { start, end: end - 1 }),
          };
    return this.#place(api, id, body, content, false);
  }

  /** As `placePayload`, with a result. Rejects as `ResultRoom.pass` where it has to wait for room, or would wait in vain. */
  placeResult(api: string, id: string, bytes: Uint8Array): Promise<PlacedBody> {
    return this.#place(api, id, { kind: 'bytes', bytes }, () => contentOf(bytes), true);
  }

  /** Forgets a placed body that nothing refers to. It goes by itself, only later, where Redis cannot be told. */
  async withdraw(api: string, { chunks }: Pick<PlacedBody, 'chunks'>): Promise<void> {
    if (chunks === '') return;
    if (isReference(chunks)) await this.#objects?.withdraw(api, chunks);
    else await this.#chunks.withdraw(chunks);
  }

  /** The form in which callers get a body: the place of a large one is the path of its `file`. */
  shown(sizeBytes: number, inline: Buffer, chunks: string): Body {
    return chunks === '' ? { kind: 'bytes', bytes: inline } : { kind: 'file', path: chunks, sizeBytes };
  }

  async read(body: Body): Promise<Uint8Array> {
    if (body.kind === 'bytes') return body.bytes;
    const { path, sizeBytes } = body;
    if (this.#spool.holds(path)) return this.#spool.read(path);
    if (!isReference(path)) return wholeOf(await this.#chunks.open(path, sizeBytes));
    return this.#objectsOf(path).bucket.read(path, sizeBytes);
  }

  async open(body: Body): Promise<OpenBody> {
    if (body.kind === 'bytes') return { sizeBytes: body.bytes.byteLength, stream: Readable.from([body.bytes]) };
    const { path, sizeBytes } = body;
    if (isReference(path)) return this.#objectsOf(path).bucket.open(path, sizeBytes);
    return { sizeBytes, stream: Readable.from(await this.#chunks.open(path, sizeBytes), { objectMode: false }) };
  }

  async #place(
    api: string,
    id: string,
    body: Body,
    content: () => Promise<Content>,
    isResult: boolean,
  ): Promise<PlacedBody> {
    const sizeBytes = sizeOf(body);
    if (body.kind === 'bytes' && sizeBytes <= CHUNK_BYTES) {
      const { buffer, byteOffset } = body.bytes;
      return { sizeBytes, inline: Buffer.from(buffer, byteOffset, sizeBytes), chunks: '', count: 0 };
    }
    if (this.#objects !== null) {
      const chunks = await this.#objects.place(api, id, await content(), isResult);
      return { sizeBytes, inline: NOTHING, chunks, count: 0 };
    }
    const send = (by: 'call' | 'transfer') => this.#chunks.place(api, this.#chunksOf(body), by);
    const sent = isResult ? this.#resultRoom.pass(sizeBytes, () => send('transfer')) : send('call');
    const { key, count } = await sent;
    return { sizeBytes, inline: NOTHING, chunks: key, count };
  }

  #objectsOf(reference: string): Objects {
    const location = this.#objects?.bucket.location ?? null;
    if (this.#objects !== null && location !== null && reference.startsWith(location.base)) return this.#objects;
    const [place, api] = [reference.split('/').slice(0, -2), reference.split('/').at(-2) ?? ''];
    const facts = { api, there: place.join('/'), given: location?.shown ?? null };
    throw KnownError.of('PONS_ERR_PAYLOADS_ELSEWHERE', facts);
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

async function wholeOf(pieces: AsyncGenerator<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

function sizeOf(body: Body): number {
  return body.kind === 'bytes' ? body.bytes.byteLength : body.sizeBytes;
}

/** What the functions are told of a placed body. */
export function argumentsOf({ sizeBytes, inline, chunks, count }: PlacedBody): (string | Buffer)[] {
  return [String(sizeBytes), inline, chunks, String(count)];
}
