import { KnownError } from '../../errors/known-error.ts';
import { renderError } from '../../errors/render.ts';
import { EndListeners } from '../end-listeners.ts';
import { Listeners } from '../listeners.ts';
import type { BlobLocation } from '../blobs/location.ts';
import { RETENTION_MS } from '../retention.ts';
import type { LostListener } from '../store.ts';
import type { RedisAddress } from './address.ts';
import { ApiFaults } from './api-faults.ts';
import { Bodies } from './bodies.ts';
import { Calls } from './calls.ts';
import { RedisCarriage } from './carriage.ts';
import { Chunks } from './chunks.ts';
import { Durability } from './durability.ts';
import { Ends } from './ends.ts';
import { checkFormats } from './format.ts';
import { Held } from './held.ts';
import { assertObjectsReadable } from './known-objects.ts';
import { RedisLink } from './link.ts';
import { ObjectSweep } from './object-sweep.ts';
import { Objects } from './objects.ts';
import type { RedisNotice } from './notice.ts';
import { openBucket } from './open-bucket.ts';
import { tellOfPassed } from './passed-by.ts';
import { Presence } from './presence.ts';
import { ResultRoom } from './result-room.ts';
import { Scripts } from './scripts.ts';
import { Spool } from './spool.ts';
import { startFault } from './start-fault.ts';
import { RedisStore } from './store.ts';
import { Upkeep } from './upkeep.ts';

export type { RedisNotice } from './notice.ts';

/** How long a lease lasts that nobody renews: after the death of a host its workloads are elsewhere so much later, and a second. */
const LEASE_MS = 15_000;
/** How often queues are looked into, should a call have been lost. */
const POLL_MS = 500;
/** Past what a failover or the death of a machine takes back of Redis: what refers to an object again then finds it. */
export const GRACE_MS = 5 * 60 * 1000;
/** How long a Redis is waited for at the start. */
const START_MS = 5000;

export interface RedisStoreOptions {
  readonly address: RedisAddress;
  /** The APIs that this process is about; others that it is asked for are added. */
  readonly apis: readonly string[];
  /** A folder for large bodies that arrive; emptied. */
  readonly spoolDir: string;
  /** Where large bodies are kept; in Redis where it is left out. */
  readonly payloads?: BlobLocation | null;
  readonly onNotice?: (notice: RedisNotice) => void;
  /** Aborted when whoever opens the store no longer wants it. */
  readonly stop?: AbortSignal;
  readonly startMs?: number;
  readonly leaseMs?: number;
  readonly renewMs?: number;
  readonly retentionMs?: number;
  readonly pollMs?: number;
  /** How often the settings of Redis are looked at again. */
  readonly checkMs?: number;
  /** How long an object in the bucket is kept after nothing refers to it any more. */
  readonly graceMs?: number;
  /** How long a result is kept for which Redis would have to be configured otherwise. */
  readonly patienceMs?: number;
  /** Only looks: leases are not renewed, nor put back where they have lapsed. */
  readonly looksOnly?: boolean;
}

export interface OpenedRedis {
  readonly store: RedisStore;
  readonly presence: Presence;
}

/**
 * Opens the store in a Redis, after having looked whether it can be trusted. Rejects with an error of the area REDIS, what concerns the
 * server's settings included, or with the reason of `stop`.
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<OpenedRedis> {
  const notify = options.onNotice ?? (() => undefined);
  const [leaseMs, retentionMs] = [options.leaseMs ?? LEASE_MS, options.retentionMs ?? RETENTION_MS];
  const stop = options.stop ?? new AbortController().signal;
  const begunAt = performance.now();
  const faults = new ApiFaults();
  const faultOf = (error: unknown): unknown =>
    startFault(error, options.address, { api: faults.apiOf(error), triedMs: performance.now() - begunAt });
  const spool = await Spool.open(options.spoolDir);
  const bucket = await openBucket(options.payloads ?? null, notify, stop);
  const link = await RedisLink.open(options.address, options.startMs ?? START_MS, stop).catch(
    async (error: unknown) => {
      await bucket?.close();
      throw faultOf(error);
    },
  );
  const scripts = new Scripts(link, options.apis);
  const [listeners, endListeners, lostListeners] = [new Listeners(), new EndListeners([]), new Set<LostListener>()];
  const held = new Held();
  const calls = new Calls(options.address, scripts);
  const queued = (api: string): void => {
    listeners.call(api);
    calls.call(api);
  };
  const durability = new Durability({ link, notify, everyMs: options.checkMs });
  const upkeep = new Upkeep({
    ...{
      link,
      scripts,
      held,
      durability,
      faults,
      leaseMs,
      pollMs: options.pollMs ?? POLL_MS,
      renewMs: options.renewMs ?? leaseMs / 3,
    },
    notify: (notice) => {
      if (notice.kind === 'back') calls.renew();
      if (notice.kind === 'emptied') objects?.forget(notice.api);
      notify(notice);
    },
    queued,
    called: (api) => {
      listeners.call(api);
    },
    isListenedTo: (api) => listeners.has(api),
    lost: (ref) => {
      for (const listener of lostListeners) listener(ref);
    },
    exhausted: async (ref, deaths) => {
      await ends.fail(ref, renderError(KnownError.of('PONS_ERR_WORKLOAD_SUPERVISOR_DEATHS', { deaths })));
    },
  });
  const warn = (text: string): void => {
    notify({ kind: 'warning', text });
  };
  const objects = bucket === null ? null : new Objects(bucket, link, scripts);
  const graceMs = options.graceMs ?? GRACE_MS;
  const sweep = bucket === null ? null : new ObjectSweep({ bucket, link, scripts, warn, graceMs });
  const leaveBucket = async (): Promise<void> => {
    await sweep?.stop();
    await bucket?.close();
  };
  const bodies = new Bodies(
    new Chunks(link, scripts),
    objects,
    spool,
    new ResultRoom(link, { patienceMs: options.patienceMs }),
  );
  const passedBy = tellOfPassed(bucket, warn);
  const released = calls.ended.bind(calls);
  const ends = new Ends({ link, scripts, bodies, held, queued, released, endListeners, retentionMs });
  const carriage = new RedisCarriage({ link, scripts, bodies, spool, queued, retentionMs });
  const store = new RedisStore({
    ...{
      link,
      scripts,
      bodies,
      leaveBucket,
      passedBy,
      spool,
      held,
      ends,
      carriage,
      upkeep,
      listeners,
      calls,
      queued,
      endListeners,
      lostListeners,
      leaseMs,
    },
  });
  try {
    await durability.assert();
    await checkFormats(scripts, options.address.shown, options.apis, faults);
    if (options.looksOnly !== true) await upkeep.sweep();
    for (const api of options.apis) await assertObjectsReadable(scripts, api, bucket, warn);
  } catch (error) {
    // What the start ends in says the rest.
    faults.tell(notify, error);
    calls.close();
    await leaveBucket();
    await link.close();
    throw faultOf(error);
  }
  if (options.looksOnly !== true) {
    upkeep.start();
    sweep?.start();
  }
  return { store, presence: new Presence(scripts, link) };
}
