import { Readable } from 'node:stream';
import { DeleteObjectCommand, HeadBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { KnownError } from '../../errors/known-error.ts';
import { openClient } from '../../s3/client.ts';
import type { OpenBody } from '../store.ts';
import type { Content } from './content.ts';
import { download, type Downloading } from './download.ts';
import { BlobLink, type LinkOptions } from './link.ts';
import { keyOf, type BlobLocation } from './location.ts';
import { Probe } from './probe.ts';
import { blobProblem, isMissing, type BlobPlace } from './problem.ts';
import { abortUpload, upload, type Leftover } from './upload.ts';

/** For one request whose connection has died while others work. S3 says something while it takes long. */
const PATIENCE = { connectMs: 2000, silenceMs: 10_000 };
/** The look at the start; nobody waits for an answer meanwhile. */
// Less than the silence of one request, so that it is always this that is told.
const START_MS = 8000;
const GOODBYE_MS = 2000;

export interface BucketOptions extends Pick<LinkOptions, 'onAway' | 'onBack'> {
  readonly location: BlobLocation;
  /** Where endpoint and credentials are found, by the usual AWS variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when whoever opens it no longer wants it. */
  readonly stop: AbortSignal;
}

/** Large bodies in a bucket, each under a reference that `newReference` makes. */
export class Bucket {
  readonly location: BlobLocation;
  /** An address, or `Amazon S3 in eu-west-1`. */
  readonly endpoint: string;
  readonly #place: BlobPlace;
  readonly #link: BlobLink;
  readonly #probe: Probe;
  readonly #leftovers = new Set<Leftover>();

  private constructor(place: BlobPlace, link: BlobLink, probe: Probe) {
    this.location = place.location;
    this.endpoint = place.bucketeer.endpoint;
    this.#place = place;
    this.#link = link;
    this.#probe = probe;
  }

  /** Looks first whether all that Pons does there is allowed. Rejects with an error of the area PAYLOADS, with `PONS_ERR_AWS_ENDPOINT`, or with the reason of `stop`. */
  static async open({ location, environment, stop, onAway, onBack }: BucketOptions): Promise<Bucket> {
    const first = { location, bucketeer: await openClient(environment, PATIENCE) };
    // Named, as Node may collect one that only a joined signal knows, which then never fires.
    const timeUp = AbortSignal.timeout(START_MS);
    const signal = AbortSignal.any([stop, timeUp]);
    try {
      await new Probe(first).askAll(signal);
    } catch (error) {
      first.bucketeer.client.destroy();
      stop.throwIfAborted();
      const silence = new Error(`it has not answered within ${START_MS / 1000} s`);
      throw timeUp.aborted ? blobProblem(silence, 's3:PutObject', first) : error;
    }
    const place = await inItsRegion(first, environment, signal);
    const probe = new Probe(place);
    const link = new BlobLink({ place, probe: (one) => probe.ask(one), onAway, onBack });
    return new Bucket(place, link, probe);
  }

  /** Why nothing can be stored or read now; null where all is well. */
  get refusal(): KnownError | null {
    return this.#link.refusal;
  }

  /**
   * Stores a body; when it resolves, it is there as it is here. `goesOn` is called again and again meanwhile. Rejects with an error of the area PAYLOADS,
   * or as `goesOn` does; then no parts of it stay, as far as S3 can be told, but all of it may, where only the last answer was lost: it has to be taken away.
   */
  async put(reference: string, content: Content, goesOn: () => Promise<void>): Promise<void> {
    const left = (leftover: Leftover): void => void this.#leftovers.add(leftover);
    await this.#link.visit('s3:PutObject', (visit) =>
      upload({ place: this.#place, key: this.#keyOf(reference), content, visit, goesOn, left }),
    );
  }

  /** Rejects with `PONS_ERR_WORKLOAD_BODY_MISSING` where there is no such object, else with an error of the area PAYLOADS. */
  async open(reference: string, sizeBytes: number): Promise<OpenBody> {
    const { pieces, end } = await this.#download(reference, sizeBytes);
    const stream = Readable.from(pieces, { objectMode: false });
    stream.once('close', end);
    return { sizeBytes, stream };
  }

  /** Rejects as `open` does. */
  async read(reference: string, sizeBytes: number): Promise<Buffer> {
    const whole = Buffer.allocUnsafe(sizeBytes);
    let at = 0;
    const { pieces, end } = await this.#download(reference, sizeBytes);
    try {
      for await (const piece of pieces) at += piece.copy(whole, at);
    } finally {
      end();
    }
    return whole;
  }

  /** Takes an object away; that it is not there is fine. */
  async remove(reference: string): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.location.bucket, Key: this.#keyOf(reference) });
    await this.#link.visit('s3:DeleteObject', ({ signal }) =>
      this.#place.bucketeer.client.send(command, { abortSignal: signal }),
    );
  }

  async holds(reference: string): Promise<boolean> {
    const command = new HeadObjectCommand({ Bucket: this.location.bucket, Key: this.#keyOf(reference) });
    return this.#link.visit('s3:GetObject', async ({ signal }) => {
      try {
        await this.#place.bucketeer.client.send(command, { abortSignal: signal });
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    });
  }

  /** Throws away parts of uploads that S3 could not be told of. Rejects where that fails for some, when it has been tried for all. */
  async tidy(): Promise<void> {
    const faults: unknown[] = [];
    for (const leftover of this.#leftovers) {
      try {
        await abortUpload(this.#place, leftover);
        this.#leftovers.delete(leftover);
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
  }

  async close(): Promise<void> {
    const isThere = this.#link.refusal === null;
    await this.#link.close();
    if (isThere) {
      await this.tidy().catch(() => undefined);
      await this.#probe.remove(AbortSignal.timeout(GOODBYE_MS)).catch(() => undefined);
    }
    this.#place.bucketeer.client.destroy();
  }

  #download(reference: string, sizeBytes: number): Promise<Downloading> {
    return download({ place: this.#place, link: this.#link, key: this.#keyOf(reference), sizeBytes });
  }

  #keyOf(reference: string): string {
    const key = keyOf(this.location, reference);
    // What lies elsewhere is neither leased nor shown by whoever holds this.
    if (key === null) throw new Error(`${reference} is not in ${this.location.base}`);
    return key;
  }
}

/** S3 sends on whoever asks in another region than the bucket's, which a body that is sent piece by piece cannot follow. */
async function inItsRegion(
  place: BlobPlace,
  environment: BucketOptions['environment'],
  signal: AbortSignal,
): Promise<BlobPlace> {
  const { bucketeer, location } = place;
  if (bucketeer.region === null) return place;
  const command = new HeadBucketCommand({ Bucket: location.bucket });
  const looked = bucketeer.client.send(command, { abortSignal: signal });
  const { BucketRegion: region } = await looked.catch(() => ({ BucketRegion: undefined }));
  if (region === undefined || region === bucketeer.region) return place;
  bucketeer.client.destroy();
  return { location, bucketeer: await openClient({ ...environment, AWS_REGION: region }, PATIENCE) };
}
