import { unlessQuick } from '../support/bench/quick.ts';
import { NO_REDIS } from '../support/bench/redis.ts';
import { perSecond, printHeading, printLine, printMissing } from '../support/bench/report.ts';
import { alternate, median, medianRatio } from '../support/bench/rounds.ts';
import { serveNoop } from '../support/bench/served-noop.ts';
import { startTaskQueue } from '../support/bench/task-queue.ts';
import { passUntilStored } from '../support/bench/until-stored.ts';

/*
 * Workloads from the first POST until the last result can be fetched, beside task queues that do the same work: the POST stores the task and answers an id, one
 * worker process runs the same no-op on the parsed payload and stores its result. Redis syncs its file once a second, Pons before each answer.
 */

const ROUNDS = unlessQuick(3, 1);
const COUNT = unlessQuick(3000, 500);
const PEERS = [
  { name: 'celery', title: 'Celery', atLeast: 8 },
  { name: 'huey', title: 'Huey', atLeast: 1.5 },
] as const;

printHeading(`queues: ${COUNT} workloads of 1 KB, 32 connections, one worker process`);
const pons = await serveNoop();
try {
  for (const { name, title, atLeast } of PEERS) {
    const queue = await startTaskQueue(name);
    if (queue === null) {
      printMissing(`submit to completed, beside ${title}`, NO_REDIS);
      continue;
    }
    try {
      await passUntilStored(pons.url, COUNT / 4);
      const passPeer = (count: number): Promise<number> =>
        Promise.race([passUntilStored(queue.url, count), queue.workerDied]);
      await passPeer(COUNT / 4);
      const { ours, theirs } = await alternate(ROUNDS, {
        ours: () => passUntilStored(pons.url, COUNT),
        theirs: () => passPeer(COUNT),
      });
      printLine({ title, shown: perSecond(median(theirs)) });
      printLine({
        title: 'submit to completed',
        shown: perSecond(median(ours)),
        ratio: { value: medianRatio(ours, theirs), peer: title, target: { atLeast } },
      });
    } finally {
      await queue.end();
    }
  }
} finally {
  await pons.end();
}
