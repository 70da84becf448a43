import { defineError } from '../entry.ts';

/** Of models in a bucket, and of the copies that Pons keeps of them. */
export const modelDownloadErrors = {
  PONS_ERR_MODELS_BUCKET_MISSING: defineError<{ bucket: string; endpoint: string }>({
    fault: 'user',
    status: 500,
    message: ({ bucket, endpoint }) => `There is no bucket ${bucket} at ${endpoint}.`,
    fix: 'Correct the name of the bucket under predictor.models, or AWS_ENDPOINT_URL where it is not on Amazon.',
  }),
  PONS_ERR_MODELS_S3_DENIED: defineError<{ what: string; reason: string }>({
    fault: 'user',
    status: 500,
    message: ({ what, reason }) => `S3 denies access to ${what}: ${reason}.`,
    fix: 'Allow s3:ListBucket and s3:GetObject there for the AWS credentials that Pons finds, or give it others.',
  }),
  PONS_ERR_MODELS_S3_CREDENTIALS: defineError<{ what: string; reason: string }>({
    fault: 'user',
    status: 500,
    message: ({ what, reason }) => `No AWS credentials were found, and ${what} is not open to everybody: ${reason}.`,
    fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, in the environment of Pons or in the .env of the project.',
  }),
  PONS_ERR_MODELS_S3_UNREACHABLE: defineError<{ what: string; endpoint: string; reason: string }>({
    fault: 'user',
    status: 500,
    message: ({ what, endpoint, reason }) => `${what} cannot be reached at ${endpoint}: ${reason}.`,
    fix: 'Check the network, and AWS_ENDPOINT_URL or AWS_REGION where one is set.',
  }),
  PONS_ERR_MODELS_S3_FAILED: defineError<{ what: string; reason: string }>({
    fault: 'system',
    status: 500,
    message: ({ what, reason }) => `S3 could not serve ${what}: ${reason}.`,
    fix: 'Look at the reason that S3 gives, and start again when it is mended.',
  }),
  PONS_ERR_MODELS_S3_TOO_MANY: defineError<{ what: string; limit: number }>({
    fault: 'user',
    status: 500,
    message: ({ what, limit }) =>
      `There are more than ${limit} objects at ${what}, which are too many to look at again and again.`,
    fix: 'Name the folder of the models under predictor.models, and keep what is no model elsewhere.',
  }),
  PONS_ERR_MODELS_DOWNLOAD_CUT: defineError<{
    what: string;
    gotBytes: number;
    sizeBytes: number;
    reason: string;
  }>({
    fault: 'system',
    status: 500,
    message: ({ what, gotBytes, sizeBytes, reason }) =>
      `The download of ${what} was cut off again and again after ${gotBytes} of ${sizeBytes} bytes: ${reason}.`,
    fix: 'Check the network to the bucket and start again, which goes on where this download ended.',
  }),
  PONS_ERR_MODELS_DOWNLOAD_DAMAGED: defineError<{ what: string; expected: string; got: string }>({
    fault: 'system',
    status: 500,
    message: ({ what, expected, got }) =>
      `What was downloaded from ${what} is damaged: expected ${expected}, got ${got}.`,
    fix: 'Start again, and check what lies between Pons and the bucket if it stays so.',
  }),
  PONS_ERR_MODELS_OBJECT_CHANGED: defineError<{ what: string }>({
    fault: 'user',
    status: 500,
    message: ({ what }) => `${what} was replaced or removed while it was being downloaded.`,
    fix: 'Start again when the upload of the model has ended.',
  }),
  PONS_ERR_MODELS_DISK_FULL: defineError<{ folder: string; neededBytes: number; freeBytes: number | null }>({
    fault: 'system',
    status: 500,
    message: ({ folder, neededBytes, freeBytes }) =>
      `The disk that holds ${folder} has no room for a model: ${neededBytes} bytes are still needed` +
      `${freeBytes === null ? '' : `, ${freeBytes} are free beside the 64 MB that are kept for results and what other downloads take`}.`,
    fix: 'Free space there, or name a state folder on another disk with --state-dir.',
  }),
  PONS_ERR_MODELS_NOT_STORED: defineError<{ path: string; reason: string }>({
    fault: 'system',
    status: 500,
    message: ({ path, reason }) => `A downloaded model could not be kept at ${path} (${reason}).`,
    fix: 'Make the state folder writable, or name another one with --state-dir.',
  }),
};
