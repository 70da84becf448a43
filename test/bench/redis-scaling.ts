import { unlessQuick } from '../support/bench/quick.ts';
import { NO_REDIS } from '../support/bench/redis.ts';
import { perSecond, printHeading, printLine, printMissing } from '../support/bench/report.ts';
import { alternate, median, medianRatio } from '../support/bench/rounds.ts';
import { API } from '../support/bench/served-noop.ts';
import { passUntilStored } from '../support/bench/until-stored.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { startRedisServer, type RedisServer } from '../support/redis/server.ts';
import { servePons } from '../support/served.ts';

/* Two predictor processes beside one, on a Redis, where each workload costs 5 ms of a processor. For a machine with two processors and little else to do. */

const ROUNDS = unlessQuick(5, 2);
/** Many: the burst of submissions and the last look are a small part of it. */
const COUNT = unlessQuick(3000, 200);
/** Each look at a result takes time from the processors that are measured. */
const POLL_MS = 50;
/** Of the processor, not of the clock: processes that wait for each other get no further. */
const PREDICT =
  'import time\nend = time.thread_time() + 0.005\nwhile time.thread_time() < end:\n    pass\nreturn {"ok": True}';

/** An API of its own for each number of processes, which only work when they have something to do. */
async function serveProcesses(redis: RedisServer, processes: number) {
  const project = makeProject({
    'cortex.yaml': oneApi([`processes_per_replica: ${processes}`]).replace(`name: ${API}`, `name: ${API}-${processes}`),
    'predictor.py': predicting(PREDICT),
  });
  const served = await servePons(project, { env: { PONS_REDIS_URL: redis.url } });
  const url = `${served.url}/${API}-${processes}`;
  return { pass: () => passUntilStored(url, COUNT, POLL_MS), end: () => served.stop() };
}

printHeading(`redis-scaling: ${COUNT} workloads of 5 ms of a processor`);
const redis = await startRedisServer({ appendfsync: 'everysec' });
if (redis === null) printMissing('two processes', NO_REDIS);
else {
  const [one, two] = [await serveProcesses(redis, 1), await serveProcesses(redis, 2)];
  try {
    for (const { pass } of [one, two]) await pass();
    const rates = await alternate(ROUNDS, { two: two.pass, one: one.pass });
    printLine({
      title: 'two processes',
      shown: perSecond(median(rates.two)),
      ratio: { value: medianRatio(rates.two, rates.one), peer: 'one process', target: { atLeast: 1.8 } },
    });
  } finally {
    await Promise.all([one.end(), two.end()]);
    await redis.end();
  }
}
