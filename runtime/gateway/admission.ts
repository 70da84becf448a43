import { KnownError } from '../errors/known-error.ts';
import type { WorkloadStore } from '../workloads/store.ts';
import type { ServedApi } from './served-api.ts';

/** Holds each API to its `autoscaling.max_replica_concurrency`. */
export interface Admission {
  /**
   * Reserves a place for a submission, to be given back with the returned function once it is stored or has failed; null where
   * there is no limit. Throws `PONS_ERR_HTTP_QUEUE_FULL`, but not for a `chosenId` that is stored already.
   */
  enter(api: ServedApi, chosenId: string | null): Promise<(() => void) | null>;
}

/** Submissions of one API that are let in but may not be in the store's counts yet. */
interface Reserved {
  now: number;
  ever: number;
}

export function buildAdmission(store: WorkloadStore): Admission {
  const byApi = new Map<string, Reserved>();

  function reservedFor(name: string): Reserved {
    const known = byApi.get(name);
    if (known !== undefined) return known;
    const fresh = { now: 0, ever: 0 };
    byApi.set(name, fresh);
    return fresh;
  }

  return {
    async enter(api, chosenId) {
      const { name, autoscaling } = api.spec;
      if (autoscaling.maxReplicaConcurrency === null) return null;
      const limit = autoscaling.maxReplicaConcurrency * Math.max(1, api.status().replicas.requested);
      const reserved = reservedFor(name);
      const before = { ...reserved };
      const { inQueue, inProgress } = await store.counts(name);
      // Whatever was reserved at any time during the wait: the counts may have been taken before it was stored.
      const pending = before.now + (reserved.ever - before.ever);
      if (inQueue + inProgress + pending >= limit) {
        if (chosenId !== null && (await store.find(name, chosenId)) !== null) return null;
        throw KnownError.of('PONS_ERR_HTTP_QUEUE_FULL', { api: name, limit });
      }
      reserved.now += 1;
      reserved.ever += 1;
      return () => {
        reserved.now -= 1;
      };
    },
  };
}
