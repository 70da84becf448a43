import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oneApi, predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';

/** So many that one or two of them which the machine kept waiting do not show in how long they take. */
const FAST = 25;

/** The first workloads are fast, so that more are leased ahead; one that says so waits until a file is there. */
const predictor = predicting(
  `
while isinstance(payload, str) and not os.path.exists(payload):
    time.sleep(0.02)
return {"pid": os.getppid()}
`,
  'import os, time',
);

test('what a host that stops could not give back is given back when Redis is there again, though the host still works', async () => {
  // A folder that predictors see, too: in /tmp each process has its own.
  const folder = mkdtempSync('/var/tmp/pons-test-');
  const gate = join(folder, 'open');
  await withRedis(async (server) => {
    const cast = new Cast(server, { 'cortex.yaml': oneApi(), 'predictor.py': predictor });
    try {
      const gateway = await cast.start('gateway');
      const stopping = await cast.start('predictors');
      const url = `${gateway.url}/api`;
      const status = async (id: string): Promise<unknown> => (await ask(`${url}/${id}`)).json['status'];
      const fast = Array.from({ length: FAST }, (_, at) => `fast${at}`);
      for (const id of fast) await ask(url, 'POST', '1', id);
      for (const id of fast) await until(async () => ((await status(id)) === 'completed' ? true : null));
      await ask(url, 'POST', JSON.stringify(gate), 'waits');
      await ask(url, 'POST', '1', 'ahead');
      await until(async () => ((await status('ahead')) === 'in_progress' ? true : null));
      await server.kill();
      process.kill(stopping.pid, 'SIGTERM');
      const notGivenBack = (line: string): boolean => line.includes('ahead could not be given back');
      await until(() => Promise.resolve(stopping.lines.some(notGivenBack) ? true : null));
      await server.start();
      // Nobody else is there to take it; it waits, and no lease had to lapse for that.
      await until(async () => ((await status('ahead').catch(() => null)) === 'in_queue' ? true : null));
      assert.not(existsSync(gate));
      assert.is(await status('waits'), 'in_progress');
      writeFileSync(gate, '');
      await until(async () => ((await status('waits')) === 'completed' ? true : null));
    } finally {
      writeFileSync(gate, '');
      await cast.end();
    }
    assert.not(cast.lines.some((line) => line.includes('back in the queue')));
  });
  rmSync(folder, { recursive: true, force: true });
});

test.run();
