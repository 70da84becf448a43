import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oneApi, predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import type { RedisServer } from '../support/redis/server.ts';
import { Submitter } from '../support/redis/submitter.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';

/** Twice as long as a lease. */
const PAUSE_MS = 30_000;
/** Of the pause, its begin and its end: when they are heard of is a matter of the machine. */
const EDGE_MS = 6000;

/** Each run is told to the predictor's output, with the workload's number. */
const files = {
  'cortex.yaml': oneApi(),
  'predictor.py': predicting('import time\nprint("run", payload["at"])\ntime.sleep(0.002)\nreturn payload'),
};

/** Waits through the pause, of which nobody must think in the middle that it is over: on a busy machine there may be a short one before or after. */
async function staysAway(back: () => readonly string[]): Promise<void> {
  await pause(EDGE_MS);
  const before = back().length;
  await pause(PAUSE_MS - 2 * EDGE_MS);
  assert.is(back().length, before, 'Redis was told to be back while it was not');
  await pause(EDGE_MS);
}

async function livesThrough(server: RedisServer, act: (wait: () => Promise<void>) => Promise<void>): Promise<void> {
  const cast = new Cast(server, files);
  try {
    const { url, lines } = await cast.start('both');
    await until(async () => ((await ask(`${url}/readyz`)).status === 200 ? true : null), 60_000);
    const submitter = new Submitter(`${url}/api`);
    await submitter.acceptedMore(50);
    const back = (): string[] => lines.filter((line) => line.includes('Redis answers again'));
    await Promise.all([act(() => staysAway(back)), submitter.refusedMore(4)]);
    await submitter.worksAgain();
    await submitter.acceptedMore(50);
    await submitter.allEndRight();
    const runs = lines.flatMap((line) => /"message":"run (\d+)"/.exec(line)?.[1] ?? []);
    assert.is(new Set(runs).size, runs.length, 'what was held through the pause did not run again');
    assert.not.ok(lines.some((line) => line.includes('back in the queue')));
    // It is looked each second, and workloads may have gone on before.
    await until(() => Promise.resolve(back().length > 0 ? true : null));
  } finally {
    await cast.end();
  }
}

test('while Redis is paused for 30 s (SIGSTOP; CLIENT PAUSE), submissions are answered soon, and nothing is lost or runs twice', async () => {
  await withRedis((frozen) =>
    withRedis(async (waiting) => {
      await Promise.all([
        livesThrough(frozen, async (wait) => {
          frozen.freeze();
          await wait();
          frozen.thaw();
        }),
        livesThrough(waiting, (wait) => {
          waiting.command('CLIENT', 'PAUSE', String(PAUSE_MS), 'ALL');
          return wait();
        }),
      ]);
    }),
  );
});

test.run();
