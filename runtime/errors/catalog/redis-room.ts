import { defineError } from '../entry.ts';

/** What a Redis has no memory for. */
export const redisRoomErrors = {
  PONS_ERR_REDIS_FULL: defineError({
    fault: 'system',
    status: 503,
    message: ({ address }: { address: string }) =>
      `The memory of the Redis at ${address} is full (maxmemory), so nothing new is stored; what was accepted is served on.`,
    fix: 'Raise maxmemory or wait until results expire, then send the request again; the service goes on by itself.',
  }),
  PONS_ERR_REDIS_NO_ROOM: defineError({
    fault: 'system',
    status: 503,
    /** `never`: what it would take, where that is more than Redis may hold as it is configured, and for how long it waits for another configuration. */
    message: ({
      address,
      sizeBytes,
      never,
    }: {
      address: string;
      sizeBytes: number;
      never: { neededBytes: number; patienceMs: number } | null;
    }) => {
      const where = `The Redis at ${address} has no room for a result of ${sizeBytes} bytes (maxmemory`;
      if (never === null) return `${where}): it waits in the memory of its host.`;
      const { neededBytes, patienceMs } = never;
      return `${where}, which has to be more than ${neededBytes} bytes for it): it waits in the memory of its host for ${patienceMs / 1000} s, after which its workload fails.`;
    },
    fix: 'Raise maxmemory, wait until other results expire, or give Pons a bucket with --payloads; results are stored by themselves when there is room.',
  }),
  PONS_ERR_REDIS_RESULT_TOO_LARGE: defineError({
    fault: 'system',
    status: 500,
    message: ({
      address,
      sizeBytes,
      neededBytes,
      limitBytes,
    }: {
      address: string;
      sizeBytes: number;
      neededBytes: number;
      limitBytes: number;
    }) =>
      `The result has ${sizeBytes} bytes. The Redis at ${address} can never hold it as it is configured: it has maxmemory ${limitBytes} bytes and needs more than ${neededBytes} bytes for it.`,
    fix: 'Raise maxmemory, give Pons a bucket with --payloads, or return less; then submit the workload again under a new id.',
  }),
};
