import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { isKnownError, KnownError } from '../../../errors/known-error.ts';
import type { Bucketeer } from '../../../s3/client.ts';
import { isCredentialsProblem, s3Reason, statusOf } from '../../../s3/fault.ts';
import { addressOf, type RemoteObject } from './object.ts';
import { PartFile } from './part-file.ts';
import { asS3Problem } from './problem.ts';

export interface DownloadOptions {
  readonly bucketeer: Bucketeer;
  readonly signal: AbortSignal;
  /** Told of all that has arrived. */
  readonly arrived: (bytes: number) => void;
}

/** How often in a row a download may end without a byte more. */
const MAX_FRUITLESS = 5;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 5000;

/**
 * Downloads an object to `path`, from where an earlier try ended. What is cut off is asked for again, the rest of it. `note` is given its
 * SHA-256 before it has its name. Rejects with a `KnownError`, or with the signal's reason.
 */
export async function download(
  object: RemoteObject,
  path: string,
  options: DownloadOptions,
  note: (sha256: string) => Promise<void>,
): Promise<void> {
  const file = new PartFile(path, object.sizeBytes);
  let isAgain = false;
  for (;;) {
    const encryption = await complete(object, file, options);
    const damage = await damageOf(object, file, encryption);
    if (damage === null) break;
    await file.drop();
    // A part of an earlier run may have been damaged on the disk.
    if (isAgain) throw KnownError.of('PONS_ERR_MODELS_DOWNLOAD_DAMAGED', { what: addressOf(object), ...damage });
    isAgain = true;
  }
  await note(await file.digest('sha256'));
  await file.finish();
}

/** Resolves when all bytes are there, with the kind of encryption at rest that S3 told of. */
async function complete(object: RemoteObject, file: PartFile, options: DownloadOptions): Promise<string> {
  const { signal, bucketeer } = options;
  let fruitless = 0;
  for (;;) {
    const start = await file.length();
    // An empty object has to be made all the same.
    if (start === object.sizeBytes && start > 0) return '';
    try {
      return await rest(object, file, start, options);
    } catch (error) {
      signal.throwIfAborted();
      if (!mayRepeat(error)) throw asS3Problem(error, addressOf(object), object.bucket, bucketeer);
      const gotBytes = await file.length();
      fruitless = gotBytes > start ? 0 : fruitless + 1;
      if (fruitless >= MAX_FRUITLESS) throw cutOff(object, gotBytes, error);
    }
    const pauseMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** fruitless);
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
}

/** Asks for what is missing of the object, and appends what comes of it. */
async function rest(object: RemoteObject, file: PartFile, start: number, options: DownloadOptions): Promise<string> {
  const { bucketeer, signal, arrived } = options;
  const Range = start === 0 ? {} : { Range: `bytes=${start}-` };
  const request = new GetObjectCommand({ Bucket: object.bucket, Key: object.key, IfMatch: object.etag, ...Range });
  const answer = await bucketeer.client.send(request, { abortSignal: signal });
  const isRest = answer.ContentRange?.startsWith(`bytes ${start}-`) === true;
  const body = answer.Body as Readable;
  const end = (): void => void body.destroy(new Error('the download was ended'));
  signal.addEventListener('abort', end);
  try {
    // Some servers know no ranges and send it all.
    await file.append(isRest ? start : 0, body, arrived);
    if ((await file.length()) < object.sizeBytes) throw new Error('the answer ended too early');
  } finally {
    signal.removeEventListener('abort', end);
  }
  return encryptionOf(answer);
}

function encryptionOf({
  ServerSideEncryption: atRest,
  SSECustomerAlgorithm: ofCustomer,
}: GetObjectCommandOutput): string {
  return ofCustomer ?? atRest ?? '';
}

/** What was expected and what came; null where all is well, as far as an ETag tells. */
async function damageOf(
  { etag, sizeBytes }: RemoteObject,
  file: PartFile,
  encryption: string,
): Promise<{ expected: string; got: string } | null> {
  const got = await file.length();
  if (got !== sizeBytes) return { expected: `${sizeBytes} bytes`, got: `${got}` };
  // Of what was uploaded in parts, or is encrypted with keys of the owner, the ETag is no MD5.
  const md5 = /^"?([0-9a-f]{32})"?$/.exec(etag)?.[1];
  if (md5 === undefined || !['', 'AES256'].includes(encryption)) return null;
  const found = await file.digest('md5');
  return found === md5 ? null : { expected: `MD5 ${md5}`, got: found };
}

/** Whether it may go better the next time: no answer, half of one, or one that says so. */
function mayRepeat(error: unknown): boolean {
  if (isKnownError(error) || isCredentialsProblem(error)) return false;
  const status = statusOf(error);
  return status === null || status >= 500 || status === 429 || status === 408 || status < 300;
}

function cutOff(object: RemoteObject, gotBytes: number, error: unknown): KnownError {
  const { sizeBytes } = object;
  const facts = { what: addressOf(object), gotBytes, sizeBytes, reason: s3Reason(error) };
  return KnownError.of('PONS_ERR_MODELS_DOWNLOAD_CUT', facts, error);
}
