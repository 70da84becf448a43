import { setTimeout as sleep } from 'node:timers/promises';
import type BeeQueue from 'bee-queue';
import type { RedisAddress } from './address.ts';
import { makeOldClient, type OldClient } from './old-client.ts';

/*
 * bee-queue's defects, and what is done about each. Its scripts are unknown to a Redis that was started anew, its blocking client waits ever longer
 * between two attempts, and what it sends without a connection never comes back: so none of its clients reconnects or keeps commands, and after any error
 * the queue is given up for a new one. A job whose worker dies comes back for ever: it is removed before anything is done for it. A job that is finished
 * after it was taken for stalled leaves its id behind: ids are never used twice. Events get lost: there are none.
 */

/** A call that takes longer is given up: those who wait look into the queue from time to time. */
const CALL_MS = 2000;
/** Its connections are made within their own time; one on which nothing comes back would be waited for for ever. */
const OPEN_MS = 4000;
/** bee-queue takes a job for lost that has not been heard of for so long. */
const STALL_MS = 30_000;

const PREFIX = 'pons:calls';

/** One life of a bee-queue, from its being ready to its first failure. */
export interface CallQueue {
  /** Makes a call; resolves to whether that is done, or the queue has failed. */
  call(): Promise<boolean>;
  /** Resolves when something went wrong, or when it was ended; after the former it is to be ended. */
  readonly failed: Promise<void>;
  end(): void;
}

/** Who takes calls: none before `whenFree` has resolved, and the next one when `come` has. */
export interface CallTaker {
  whenFree(): Promise<void>;
  come(): Promise<void>;
}

/**
 * Opens the queue of calls of an API; calls are taken from it where there is a `taker`. Rejects where Redis cannot be reached, or is silent. When `closed`
 * aborts, the queue fails, or its opening does.
 */
export async function openCallQueue(
  address: RedisAddress,
  api: string,
  taker: CallTaker | null,
  closed: AbortSignal,
): Promise<CallQueue> {
  const { default: Queue } = await import('bee-queue');
  let fail: () => void = () => undefined;
  const failed = new Promise<void>((resolve) => (fail = resolve));
  closed.addEventListener('abort', fail);
  void failed.then(() => {
    closed.removeEventListener('abort', fail);
  });
  const clients: OldClient[] = [];
  const settings: Omit<BeeQueue.QueueSettings, 'redis'> & { readonly redis: OldClient } = {
    prefix: PREFIX,
    redis: makeOldClient(address, clients, fail),
    isWorker: taker !== null,
    ...{ getEvents: false, sendEvents: false, storeJobs: false },
    ...{ removeOnSuccess: true, removeOnFailure: true, stallInterval: STALL_MS },
  };
  const queue = new Queue<object>(nameOf(api), settings);
  queue.on('error', fail);
  const end = (): void => {
    fail();
    queue.close(1).catch(() => undefined);
    for (const client of clients) client.end(true);
  };
  const opening = new AbortController();
  try {
    const tooLate = sleep(OPEN_MS, undefined, { signal: opening.signal });
    if (!(await Promise.race([queue.ready().then(() => true), failed.then(() => false), tooLate.then(() => false)]))) {
      throw new Error('the queue of calls could not be opened');
    }
  } catch (error) {
    end();
    throw error;
  } finally {
    opening.abort();
  }
  if (taker !== null) {
    void taker.whenFree().then(() => {
      if (!queue.isRunning()) return;
      queue.process(1, async (job) => {
        await job.remove();
        await taker.come();
      });
    });
  }
  return {
    failed,
    end,
    call: () => {
      const saved = queue
        .createJob({})
        .save()
        .then(() => true)
        .catch(() => {
          // It may be that Redis has forgotten the scripts, which only a new queue brings back.
          fail();
          return false;
        });
      const over = new AbortController();
      const tooLate = sleep(CALL_MS, undefined, { signal: over.signal }).then(() => {
        fail();
        return false;
      });
      return Promise.race([saved, failed.then(() => false), tooLate]).finally(() => {
        over.abort();
      });
    },
  };
}

/** The key of the list in which bee-queue has the calls of an API that nobody has taken yet. */
export function waitingCallsOf(api: string): string {
  return `${PREFIX}:${nameOf(api)}:waiting`;
}

/** The braces put its keys beside the API's own. */
function nameOf(api: string): string {
  return `{${api}}`;
}
