import { setTimeout as pause } from 'node:timers/promises';
import { fillQueue } from '../support/bench/fill-queue.ts';
import { unlessQuick } from '../support/bench/quick.ts';
import { NO_REDIS } from '../support/bench/redis.ts';
import { perSecond, printHeading, printLine, printMissing } from '../support/bench/report.ts';
import { alternate, median, medianRatio } from '../support/bench/rounds.ts';
import { API, serveNoop, unfinished } from '../support/bench/served-noop.ts';
import { startRedisServer, type RedisServer } from '../support/redis/server.ts';

/*
 * How fast one predictor process works off a queue in Redis that holds a million workloads, beside one that holds some thousand. Nothing is submitted
 * meanwhile. Rounds alternate, each with a process of its own.
 */

const QUEUED = unlessQuick(1_000_000, 50_000);
const WARM_UP = unlessQuick(3000, 500);
const COUNT = unlessQuick(12_000, 2000);
/** What the short queue still holds when all of a round is done. */
const REST = 1000;
const ROUNDS = unlessQuick(5, 2);
const POLL_MS = 20;

/** Workloads/s, once it has become warm. */
async function workOff(redis: RedisServer): Promise<number> {
  const pons = await serveNoop(undefined, { PONS_REDIS_URL: redis.url });
  try {
    const begun = await unfinished(pons.url);
    const untilDone = async (count: number): Promise<{ readonly left: number; readonly atMs: number }> => {
      for (;;) {
        const left = await unfinished(pons.url);
        if (begun - left >= count) return { left, atMs: performance.now() };
        await pause(POLL_MS);
      }
    };
    const warm = await untilDone(WARM_UP);
    const done = await untilDone(begun - warm.left + COUNT);
    return ((warm.left - done.left) * 1000) / (done.atMs - warm.atMs);
  } finally {
    // It would work off the rest before it stops.
    process.kill(pons.pid, 'SIGKILL');
    await pons.end();
  }
}

/** The same on a queue that is short. */
async function workOffFew(redis: RedisServer): Promise<number> {
  redis.command('FLUSHALL');
  await fillQueue(redis.url, API, WARM_UP + COUNT + REST);
  return workOff(redis);
}

printHeading(`redis-million: ${QUEUED} workloads of 1 KB in the queue, one predictor process`);
const settings = { appendfsync: 'everysec' };
const [short, long] = [await startRedisServer(settings), await startRedisServer(settings)];
if (short === null || long === null) printMissing('work off the queue', NO_REDIS);
else {
  try {
    await fillQueue(long.url, API, QUEUED);
    const rates = await alternate(ROUNDS, { long: () => workOff(long), short: () => workOffFew(short) });
    printLine({
      title: 'work off the queue',
      shown: perSecond(median(rates.long)),
      ratio: { value: medianRatio(rates.long, rates.short), peer: 'a thousand queued', target: { atLeast: 0.9 } },
    });
  } finally {
    await Promise.all([short.end(), long.end()]);
  }
}
