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

/** Each run is told to the predictor's output, with the workload's number. */
const files = {
  'cortex.yaml': oneApi(),
  'predictor.py': predicting('import time\nprint("run", payload["at"])\ntime.sleep(0.002)\nreturn payload'),
};

async function livesThrough(server: RedisServer, paused: () => Promise<void>): Promise<void> {
  const cast = new Cast(server, files);
  try {
    const { url, lines } = await cast.start('both');
    await until(async () => ((await ask(`${url}/readyz`)).status === 200 ? true : null), 60_000);
    const submitter = new Submitter(`${url}/api`);
    await submitter.acceptedMore(50);
    await Promise.all([paused(), submitter.refusedMore(4)]);
    await submitter.worksAgain();
    await submitter.acceptedMore(50);
    await submitter.allEndRight();
    const runs = lines.flatMap((line) => /"message":"run (\d+)"/.exec(line)?.[1] ?? []);
    assert.is(new Set(runs).size, runs.length, 'what was held through the pause did not run again');
    assert.not.ok(lines.some((line) => line.includes('back in the queue')));
    const back = (): string[] => lines.filter((line) => line.includes('Redis answers again'));
    // It is looked each second, and workloads may have gone on before.
    await until(() => Promise.resolve(back().length > 0 ? true : null));
    assert.is(back().length, 1);
  } finally {
    await cast.end();
  }
}

test('while Redis is paused for 30 s (SIGSTOP; CLIENT PAUSE), submissions are answered soon, and nothing is lost or runs twice', async () => {
  await withRedis((frozen) =>
    withRedis(async (waiting) => {
      await Promise.all([
        livesThrough(frozen, async () => {
          frozen.freeze();
          await pause(PAUSE_MS);
          frozen.thaw();
        }),
        livesThrough(waiting, async () => {
          waiting.command('CLIENT', 'PAUSE', String(PAUSE_MS), 'ALL');
          await pause(PAUSE_MS);
        }),
      ]);
    }),
  );
});

test.run();
