import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oneApi, predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import { BACK_MS } from '../support/redis/submitter.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';

const files = { 'cortex.yaml': oneApi(), 'predictor.py': predicting('return payload') };

test('a Redis that comes back without its data: what vanished is said and counted, and all works again soon', async () => {
  await withRedis(async (server) => {
    const cast = new Cast(server, files);
    try {
      const { url, lines } = await cast.start('gateway');
      const api = `${url}/api`;
      for (const id of ['a', 'b', 'c']) assert.is((await ask(api, 'POST', '{}', id)).status, 200);
      const swept = (): string => server.command('HGET', 'pons:{api}:meta', 'swept');
      // Looked at since the last one came: twice, since a look may have been under way.
      for (let look = 0; look < 2; look += 1) {
        const last = swept();
        await until(() => Promise.resolve(swept() === last ? null : true));
      }
      await server.kill();
      await server.start({ appendfilename: 'elsewhere.aof' });
      await until(async () => ((await ask(api, 'POST', '{}', 'd')).status === 200 ? true : null), BACK_MS);
      const said = 'Redis has lost its data: 3 workloads that waited and 0 that ran are gone';
      await until(() => Promise.resolve(lines.some((line) => line.includes(said)) ? true : null), BACK_MS);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      assert.match(metrics, 'pons_workloads_vanished_total{api="api"} 3\n');
      assert.match(metrics, 'pons_store_available 1\n');
      assert.is((await ask(`${api}/a`)).status, 404);
      assert.is((await ask(`${api}/d`)).json['status'], 'in_queue');
    } finally {
      await cast.end();
    }
  });
});

test.run();
