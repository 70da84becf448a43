import { PassThrough, pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { digestOf, type Content } from './content.ts';
import type { Visit } from './link.ts';
import { damaged, mayRepeat, type BlobPlace } from './problem.ts';

/** Larger bodies go in parts of this: what is cut off is sent again, and no more than that. S3 wants 5 MiB and more, and at most 10,000 of them. */
const PART_BYTES = 8 * 1024 * 1024;
const MAX_TRIES = 3;
const PAUSE_MS = 100;
const ABORT_MS = 2000;

/** What S3 tells of what it has got. */
interface Receipt {
  readonly ETag?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
}

/** An upload in parts that could not be ended. */
export interface Leftover {
  readonly key: string;
  readonly uploadId: string;
}

export interface UploadOptions {
  readonly place: BlobPlace;
  readonly key: string;
  readonly content: Content;
  readonly visit: Visit;
  /** Called between parts: says that the upload goes on. */
  readonly goesOn: () => Promise<void>;
  /** Called where the parts could not be thrown away. */
  readonly left: (leftover: Leftover) => void;
}

/** Uploads a body; when it resolves, S3 has it as it is here. What is cut off leaves no parts; where only the last answer was lost, all of it may be there. Rejects as the client does, or with `PONS_ERR_PAYLOADS_DAMAGED`. */
export async function upload(options: UploadOptions): Promise<void> {
  if (options.content.sizeBytes > PART_BYTES) await uploadInParts(options);
  else await uploadWhole(options);
}

async function uploadWhole(options: UploadOptions): Promise<void> {
  const { place, key, content } = options;
  await send(options, 0, content.sizeBytes, (Body, ContentLength, ChecksumSHA256, abortSignal) =>
    place.bucketeer.client.send(
      new PutObjectCommand({ Bucket: place.location.bucket, Key: key, Body, ContentLength, ChecksumSHA256 }),
      { abortSignal },
    ),
  );
}

async function uploadInParts(options: UploadOptions): Promise<void> {
  const { place, key, content, visit, goesOn } = options;
  const { client } = place.bucketeer;
  const target = { Bucket: place.location.bucket, Key: key };
  const abort = { abortSignal: visit.signal };
  const begun = new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'SHA256' });
  const { UploadId = '' } = await client.send(begun, abort);
  try {
    const Parts: { PartNumber: number; ETag?: string; ChecksumSHA256?: string }[] = [];
    for (let start = 0; start < content.sizeBytes; start += PART_BYTES) {
      await goesOn();
      const PartNumber = Parts.length + 1;
      const end = Math.min(content.sizeBytes, start + PART_BYTES);
      const { ETag, ChecksumSHA256 } = await send(options, start, end, (Body, ContentLength, sha256, abortSignal) => {
        const part = { ...target, UploadId, PartNumber, Body, ContentLength, ChecksumSHA256: sha256 };
        return client.send(new UploadPartCommand(part), { abortSignal });
      });
      Parts.push({
        PartNumber,
        ...(ETag === undefined ? {} : { ETag }),
        ...(ChecksumSHA256 === undefined ? {} : { ChecksumSHA256 }),
      });
    }
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }), abort);
    const { ContentLength } = await client.send(new HeadObjectCommand(target), abort);
    if (ContentLength !== content.sizeBytes)
      throw damaged(place, key, `${content.sizeBytes} bytes`, `${ContentLength ?? 0}`);
  } catch (error) {
    await abortUpload(place, { key, uploadId: UploadId }).catch(() => {
      options.left({ key, uploadId: UploadId });
    });
    throw error;
  }
}

/** Throws away the parts of an upload. */
export async function abortUpload({ location, bucketeer }: BlobPlace, { key, uploadId }: Leftover): Promise<void> {
  const command = new AbortMultipartUploadCommand({ Bucket: location.bucket, Key: key, UploadId: uploadId });
  await bucketeer.client.send(command, { abortSignal: AbortSignal.timeout(ABORT_MS) }).catch((error: unknown) => {
    // It has been ended, or thrown away, before.
    if ((error as Error).name !== 'NoSuchUpload') throw error;
  });
}

/** Sends a part of the content, again where it may go better the next time, and looks whether S3 has got what was sent. */
async function send<T extends Receipt>(
  options: UploadOptions,
  start: number,
  end: number,
  act: (body: PassThrough, length: number, sha256: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { content, visit } = options;
  const sha256 = (await digestOf(content, 'sha256', start, end)).toString('base64');
  for (let tries = 1; ; tries += 1) {
    const body = new PassThrough({
      transform: (piece, _, done) => {
        visit.heard();
        done(null, piece);
      },
    });
    try {
      visit.heard();
      const receipt = await Promise.race([
        act(body, end - start, sha256, visit.signal),
        sent(content, start, end, body),
      ]);
      await verify(options, receipt, sha256, start, end);
      visit.heard();
      return receipt;
    } catch (error) {
      if (visit.signal.aborted || tries === MAX_TRIES || !mayRepeat(error)) throw error;
      await sleep(PAUSE_MS * 2 ** tries);
    } finally {
      body.destroy();
    }
  }
}

/** Rejects where the content cannot be read to its end; never resolves, since what counts is that it has arrived. */
function sent(content: Content, start: number, end: number, body: PassThrough): Promise<never> {
  const source = content.stream(start, end);
  return new Promise((_, reject) => {
    source.once('error', reject);
    pipeline(source, body, () => undefined);
  });
}

/** S3 compares what it gets with the checksum that comes with it; servers that do not still tell an MD5, mostly. */
async function verify(options: UploadOptions, receipt: Receipt, sha256: string, start: number, end: number) {
  const { place, key } = options;
  const { ChecksumSHA256: got, ETag = '', ServerSideEncryption: encryption } = receipt;
  if (got !== undefined && got !== sha256) throw damaged(place, key, `SHA-256 ${sha256}`, got);
  const md5 = /^"?([0-9a-f]{32})"?$/.exec(ETag)?.[1];
  // With a key of the owner's the ETag is no MD5.
  if (got !== undefined || md5 === undefined || !['AES256', undefined].includes(encryption)) return;
  const own = (await digestOf(options.content, 'md5', start, end)).toString('hex');
  if (own !== md5) throw damaged(place, key, `MD5 ${own}`, md5);
}
