import { passThroughBeeQueue } from '../support/bench/bare-bee-queue.ts';
import { unlessQuick } from '../support/bench/quick.ts';
import { NO_REDIS } from '../support/bench/redis.ts';
import { perSecond, printHeading, printLine, printMissing } from '../support/bench/report.ts';
import { alternate, median, medianRatio } from '../support/bench/rounds.ts';
import { serveNoop } from '../support/bench/served-noop.ts';
import { startTaskQueue } from '../support/bench/task-queue.ts';
import { passUntilStored } from '../support/bench/until-stored.ts';
import { startRedisServer, type RedisServer } from '../support/redis/server.ts';
import { commandsOf } from '../support/redis/usage.ts';

/*
 * Workloads from the first POST until the last result can be fetched, through one Pons on a Redis that syncs its file once a second, beside task queues on
 * such a Redis, and beside bee-queue alone, without HTTP, Python, payloads and results. Then the commands that Redis has run for one workload.
 */

const ROUNDS = unlessQuick(3, 1);
const COUNT = unlessQuick(3000, 500);
const PEERS = [
  { name: 'celery', title: 'Celery', atLeast: 6 },
  { name: 'dramatiq', title: 'Dramatiq', atLeast: 1.8 },
  { name: 'rq', title: 'RQ', atLeast: 8 },
  { name: 'arq', title: 'arq', atLeast: 2.5 },
  { name: 'taskiq', title: 'taskiq', atLeast: 1.4 },
  { name: 'huey', title: 'Huey', atLeast: 1 },
] as const;

async function measure(redis: RedisServer, url: string): Promise<void> {
  await passUntilStored(url, COUNT / 4);
  for (const { name, title, atLeast } of PEERS) {
    const queue = await startTaskQueue(name);
    if (queue === null) continue;
    try {
      const passPeer = (count: number): Promise<number> =>
        Promise.race([passUntilStored(queue.url, count), queue.workerDied]);
      await passPeer(COUNT / 4);
      await compare(title, atLeast, url, () => passPeer(COUNT));
    } finally {
      await queue.end();
    }
  }
  await compare('bee-queue alone', 0.15, url, () => passThroughBeeQueue(redis.url, COUNT));
  const before = commandsOf(redis);
  await passUntilStored(url, COUNT);
  const commands = (commandsOf(redis) - before) / COUNT;
  printLine({
    title: 'commands of Redis a workload',
    shown: commands.toFixed(1),
    target: { atMost: 12, value: commands, unit: 'commands' },
  });
}

async function compare(title: string, atLeast: number, url: string, peer: () => Promise<number>): Promise<void> {
  const { ours, theirs } = await alternate(ROUNDS, { ours: () => passUntilStored(url, COUNT), theirs: peer });
  printLine({ title, shown: perSecond(median(theirs)) });
  printLine({
    title: 'submit to completed',
    shown: perSecond(median(ours)),
    ratio: { value: medianRatio(ours, theirs), peer: title, target: { atLeast } },
  });
}

printHeading(`redis-queues: ${COUNT} workloads of 1 KB, 32 connections, one worker process`);
const redis = await startRedisServer({ appendfsync: 'everysec' });
if (redis === null) printMissing('submit to completed', NO_REDIS);
else {
  const pons = await serveNoop(undefined, { PONS_REDIS_URL: redis.url });
  try {
    await measure(redis, pons.url);
  } finally {
    await pons.end();
    await redis.end();
  }
}
