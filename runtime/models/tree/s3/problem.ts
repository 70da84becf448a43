import { isKnownError, KnownError } from '../../../errors/known-error.ts';
import type { Bucketeer } from '../../../s3/client.ts';
import { isCredentialsProblem, s3Reason, statusOf } from '../../../s3/fault.ts';

/** What went wrong with a request about `what` (`s3://bucket/key`), as an error of the table. */
export function asS3Problem(error: unknown, what: string, bucket: string, bucketeer: Bucketeer): KnownError {
  if (isKnownError(error)) return error;
  const { endpoint, anonymousBecause } = bucketeer;
  const reason = s3Reason(error);
  const status = statusOf(error);
  const name = error instanceof Error ? error.name : '';
  if (name === 'NoSuchBucket') return KnownError.of('PONS_ERR_MODELS_BUCKET_MISSING', { bucket, endpoint }, error);
  if (isCredentialsProblem(error)) {
    return KnownError.of('PONS_ERR_MODELS_S3_CREDENTIALS', { what, reason }, error);
  }
  if (status === 401 || status === 403) {
    if (anonymousBecause === null) return KnownError.of('PONS_ERR_MODELS_S3_DENIED', { what, reason }, error);
    return KnownError.of('PONS_ERR_MODELS_S3_CREDENTIALS', { what, reason: anonymousBecause }, error);
  }
  if (status === 404 || status === 412) return KnownError.of('PONS_ERR_MODELS_OBJECT_CHANGED', { what }, error);
  if (status === null) return KnownError.of('PONS_ERR_MODELS_S3_UNREACHABLE', { what, endpoint, reason }, error);
  return KnownError.of('PONS_ERR_MODELS_S3_FAILED', { what, reason }, error);
}
