import { isKnownError, KnownError } from '../../errors/known-error.ts';
import type { Bucketeer } from '../../s3/client.ts';
import { isCredentialsProblem, s3Reason, statusOf } from '../../s3/fault.ts';
import type { BlobLocation } from './location.ts';

/** What a request needs to be allowed. */
export type Right = 's3:PutObject' | 's3:GetObject' | 's3:DeleteObject' | 's3:ListBucket' | 's3:AbortMultipartUpload';

export interface BlobPlace {
  readonly location: BlobLocation;
  readonly bucketeer: Bucketeer;
}

/** What went wrong with a request that needs `right`, as an error of the table. */
export function blobProblem(error: unknown, right: Right, { location, bucketeer }: BlobPlace): KnownError {
  if (isKnownError(error)) return error;
  const place = location.shown;
  const { endpoint, anonymousBecause } = bucketeer;
  const [reason, status] = [s3Reason(error), statusOf(error)];
  if (error instanceof Error && error.name === 'NoSuchBucket') {
    return KnownError.of('PONS_ERR_PAYLOADS_BUCKET_MISSING', { bucket: location.bucket, endpoint }, error);
  }
  if (isCredentialsProblem(error)) return KnownError.of('PONS_ERR_PAYLOADS_CREDENTIALS', { place, reason }, error);
  if (status === 401 || status === 403) {
    if (anonymousBecause === null) return KnownError.of('PONS_ERR_PAYLOADS_DENIED', { place, right, reason }, error);
    return KnownError.of('PONS_ERR_PAYLOADS_CREDENTIALS', { place, reason: anonymousBecause }, error);
  }
  if (status === null) return KnownError.of('PONS_ERR_PAYLOADS_UNREACHABLE', { place, endpoint, reason }, error);
  return KnownError.of('PONS_ERR_PAYLOADS_FAILED', { place, reason }, error);
}

/** What to tell of an object that is not what was stored. */
export function damaged(place: BlobPlace, key: string, expected: string, got: string): KnownError {
  return KnownError.of('PONS_ERR_PAYLOADS_DAMAGED', { object: shownObject(place, key), expected, got });
}

export function shownObject({ location }: BlobPlace, key: string): string {
  return `s3://${location.bucket}/${key}`;
}

/** Whether S3 says so by name that there is no such object; a proxy before it says 404 too while it is away. */
export function isNoSuchKey(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchKey';
}

/** Whether there is no such object, in a bucket that is there, where it is S3 that answers: to HEAD it gives no name. */
export function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 && error instanceof Error && error.name !== 'NoSuchBucket';
}

/** Whether it may go better the next time: no answer, or one that says so. Who has waited in vain has waited long enough. */
export function mayRepeat(error: unknown): boolean {
  if (isKnownError(error) || isCredentialsProblem(error)) return false;
  // The client gives a connection that was cut that name too, with a code.
  if (error instanceof Error && error.name === 'TimeoutError' && !('code' in error)) return false;
  const status = statusOf(error);
  return status === null || status >= 500 || status === 429 || status === 408;
}
