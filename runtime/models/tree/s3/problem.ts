import { isKnownError, KnownError } from '../../../errors/known-error.ts';
import type { Bucketeer } from './client.ts';

/** The HTTP status of an answer of S3 that is an error; null where there was no answer. */
export function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('$metadata' in error)) return null;
  return (error.$metadata as { httpStatusCode?: number }).httpStatusCode ?? null;
}

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

/** Whether no request was made, since nobody could say with which credentials. */
export function isCredentialsProblem(error: unknown): boolean {
  return error instanceof Error && /^(Credentials|Token)Provider/.test(error.name);
}

/** What is known of an error, in one line without a full stop. */
export function s3Reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Several addresses of one host that all refuse come as one error without words.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const status = statusOf(error);
  const words = /unknown/i.test(error.message) ? '' : error.message.split('\n')[0]?.replace(/\.$/, '');
  const told = [code === 'Error' ? '' : code, words].filter((part) => part !== '' && part !== undefined);
  return `${told.join(': ')}${status === null ? '' : ` (HTTP ${status})`}`;
}
