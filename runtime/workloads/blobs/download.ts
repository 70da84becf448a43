import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { KnownError } from '../../errors/known-error.ts';
import { s3Reason, statusOf } from '../../s3/fault.ts';
import type { BlobLink, Visit } from './link.ts';
import { sha256Of } from './location.ts';
import { damaged, isMissing, isNoSuchKey, mayRepeat, shownObject, type BlobPlace } from './problem.ts';

/** How often in a row an answer may end without a byte more. */
const MAX_FRUITLESS = 3;

export interface Download {
  readonly place: BlobPlace;
  readonly link: BlobLink;
  readonly key: string;
  readonly sizeBytes: number;
}

/** An object that is being read. */
export interface Downloading {
  /** Rejects as `download` does. */
  readonly pieces: AsyncGenerator<Buffer>;
  /** To be called in the end, whether or not all was read. */
  readonly end: () => void;
}

/**
 * Begins to read an object. Rejects with `PONS_ERR_WORKLOAD_BODY_MISSING`, `PONS_ERR_PAYLOADS_DAMAGED` where it is not what was stored, or as
 * `BlobLink.visit` does.
 */
export async function download(options: Download): Promise<Downloading> {
  const { link } = options;
  const { visit, leave } = link.enter();
  try {
    const answer = await ask(options, visit, 0, null);
    const body = new CurrentBody(answer.Body as Readable, visit.signal);
    const end = (): void => {
      body.end();
      leave();
    };
    if (answer.ContentLength !== options.sizeBytes) {
      end();
      throw damaged(options.place, options.key, `${options.sizeBytes} bytes`, String(answer.ContentLength));
    }
    // Nobody has begun to read.
    visit.rest();
    return { pieces: read(options, visit, answer, body), end };
  } catch (error) {
    leave();
    throw await link.judge(error, 's3:GetObject', ofObject(options, error));
  }
}

/** The answer that is being read now; it ends when the server is away. */
class CurrentBody {
  #stream: Readable;

  constructor(stream: Readable, signal: AbortSignal) {
    this.#stream = stream;
    this.set(stream);
    signal.addEventListener('abort', () => {
      this.end();
    });
  }

  get stream(): Readable {
    return this.#stream;
  }

  set(stream: Readable): void {
    // Also while nobody reads; who reads hears of it all the same.
    this.#stream = stream.on('error', () => undefined);
  }

  end(): void {
    this.#stream.destroy();
  }
}

async function* read(
  options: Download,
  visit: Visit,
  answer: GetObjectCommandOutput,
  body: CurrentBody,
): AsyncGenerator<Buffer> {
  const { link, sizeBytes } = options;
  const hash = createHash('sha256');
  let [at, fruitless] = [0, 0];
  try {
    visit.heard();
    for (;;) {
      try {
        for await (const piece of body.stream as AsyncIterable<Buffer>) {
          hash.update(piece);
          at += piece.byteLength;
          fruitless = 0;
          visit.rest();
          yield piece;
          visit.heard();
        }
        if (at >= sizeBytes) break;
        throw new Error('the answer ended too early');
      } catch (error) {
        fruitless += 1;
        if (visit.signal.aborted || fruitless > MAX_FRUITLESS || !mayRepeat(error)) throw error;
      }
      visit.heard();
      body.set((await ask(options, visit, at, answer.ETag ?? null)).Body as Readable);
    }
    const [expected, got] = [sha256Of(options.key), hash.digest('hex')];
    if (got !== expected) throw damaged(options.place, options.key, `SHA-256 ${expected}`, got);
  } catch (error) {
    throw await link.judge(error, 's3:GetObject', ofObject(options, error));
  } finally {
    visit.rest();
  }
}

async function ask({ place, key }: Download, visit: Visit, start: number, etag: string | null) {
  const { location, bucketeer } = place;
  const rest = start === 0 ? {} : { Range: `bytes=${start}-` };
  const same = etag === null ? {} : { IfMatch: etag };
  const command = new GetObjectCommand({ Bucket: location.bucket, Key: key, ...rest, ...same });
  try {
    const answer = await bucketeer.client.send(command, { abortSignal: visit.signal });
    visit.heard();
    return answer;
  } catch (error) {
    throw isNoSuchKey(error) ? missing(place, key, error) : error;
  }
}

/** What an answer means where the server as a whole is well; null where it says nothing of the object. */
function ofObject({ place, key }: Download, error: unknown): KnownError | null {
  if (isMissing(error)) return missing(place, key, error);
  if (statusOf(error) === null || mayRepeat(error)) return null;
  return KnownError.of(
    'PONS_ERR_PAYLOADS_REFUSED',
    { object: shownObject(place, key), reason: s3Reason(error) },
    error,
  );
}

function missing(place: BlobPlace, key: string, cause: unknown): KnownError {
  return KnownError.of('PONS_ERR_WORKLOAD_BODY_MISSING', { path: shownObject(place, key) }, cause);
}
