import { defineError } from '../entry.ts';

export const payloadErrors = {
  PONS_ERR_PAYLOADS_URL: defineError({
    fault: 'user',
    status: 500,
    message: ({ reason }: { reason: string }) =>
      `The place for payloads cannot be used: ${reason}; expected s3://BUCKET or s3://BUCKET/PREFIX. It is not shown, since it may hold a password.`,
    fix: 'Correct --payloads or PONS_PAYLOADS, and give endpoint and credentials in the usual AWS variables.',
  }),
  PONS_ERR_PAYLOADS_BUCKET_MISSING: defineError({
    fault: 'user',
    status: 503,
    message: ({ bucket, endpoint }: { bucket: string; endpoint: string }) =>
      `There is no bucket ${bucket} at ${endpoint}, where large payloads and results are to be kept.`,
    fix: 'Make the bucket, or correct --payloads, AWS_ENDPOINT_URL or AWS_REGION.',
  }),
  PONS_ERR_PAYLOADS_DENIED: defineError({
    fault: 'user',
    status: 503,
    message: ({ place, right, reason }: { place: string; right: string; reason: string }) =>
      `S3 denies Pons ${right} at ${place}, where large payloads and results are kept: ${reason}.`,
    fix: 'Allow what docs/redis.md lists for the AWS credentials that Pons finds, or give it others.',
  }),
  PONS_ERR_PAYLOADS_CREDENTIALS: defineError({
    fault: 'user',
    status: 503,
    message: ({ place, reason }: { place: string; reason: string }) =>
      `No AWS credentials were found for ${place}, where large payloads and results are kept: ${reason}.`,
    fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, in the environment of Pons.',
  }),
  PONS_ERR_PAYLOADS_UNREACHABLE: defineError({
    fault: 'system',
    status: 503,
    message: ({ place, endpoint, reason }: { place: string; endpoint: string; reason: string }) =>
      `${place}, where large payloads and results are kept, cannot be reached at ${endpoint}: ${reason}. Small ones are served on, but for those behind a thousand large ones.`,
    fix: 'Send the request again with the same x-request-id; see to it that S3 can be reached from this host, and check AWS_ENDPOINT_URL or AWS_REGION.',
  }),
  PONS_ERR_PAYLOADS_FAILED: defineError({
    fault: 'system',
    status: 503,
    message: ({ place, reason }: { place: string; reason: string }) =>
      `S3 could not do what was asked at ${place}, where large payloads and results are kept: ${reason}. Small ones are served on, but for those behind a thousand large ones.`,
    fix: 'Send the request again with the same x-request-id; where it goes on, look at the reason that S3 gives.',
  }),
  PONS_ERR_PAYLOADS_DAMAGED: defineError({
    fault: 'system',
    status: 503,
    message: ({ object, expected, got }: { object: string; expected: string; got: string }) =>
      `${object} is not what was stored: expected ${expected}, got ${got}.`,
    fix: 'Send the request again; where it goes on, find out what changes data between Pons and S3, or who writes below the prefix.',
  }),
  PONS_ERR_PAYLOADS_REFUSED: defineError({
    fault: 'user',
    status: 503,
    message: ({ object, reason }: { object: string; reason: string }) =>
      `S3 does not give out ${object}, although it stores and reads others there: ${reason}.`,
    fix: "Look at what the reason names, such as the object's own ACL, its key of encryption or its storage class; then submit the workload again under a new id.",
  }),
  PONS_ERR_PAYLOADS_ELSEWHERE: defineError({
    fault: 'user',
    status: 503,
    message: ({ api, there, given }: { api: string; there: string; given: string | null }) =>
      `Large payloads and results of ${api} lie at ${there}, but this process was given ${given ?? 'no place for payloads'}.`,
    fix: 'Name the same place with --payloads or PONS_PAYLOADS in every process, until no body lies there any more.',
  }),
  PONS_ERR_PAYLOADS_OTHER_S3: defineError({
    fault: 'user',
    status: 500,
    message: (facts: { api: string; place: string; endpoint: string; objects: number; mark: string }) => {
      const { api, place, endpoint, objects, mark } = facts;
      return `Redis knows ${objects} objects of ${api} at ${place}, but what ${endpoint} has under that name is another place: ${mark}, which Pons left beside them, is not there.`;
    },
    fix: 'Point AWS_ENDPOINT_URL or AWS_REGION at the S3 that has them, or bring them back; where it is the right one, put an object of that name there again, with any content.',
  }),
  PONS_ERR_PAYLOADS_LOST: defineError({
    fault: 'user',
    status: 500,
    message: ({ api, place, endpoint, objects }: { api: string; place: string; endpoint: string; objects: number }) =>
      `Redis knows ${objects} objects of ${api} at ${place}, but none of those looked for is there at ${endpoint}.`,
    fix: 'Point AWS_ENDPOINT_URL or AWS_REGION at the S3 that has them, or bring them back; take from pons:{API}:objects in Redis, with ZREM, those that are lost for good, and no others, which nobody would delete any more.',
  }),
};
