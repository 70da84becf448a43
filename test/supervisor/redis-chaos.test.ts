import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { announced, reported } from '../support/redis-chaos/report.ts';
import { runChaos } from '../support/redis-chaos/run.ts';
import { settingsFor } from '../support/redis-chaos/settings.ts';
import { withRedis } from '../support/redis/with-redis.ts';

test('while processes, hosts, connections and Redis are harmed at random, each workload that got its 200 ends once, as it deserves', async () => {
  await withRedis(async (redis) => {
    const settings = settingsFor('short');
    process.stdout.write(announced(settings));
    const outcome = await runChaos(redis, settings);
    process.stdout.write(reported(outcome));
    assert.equal(outcome.broken, []);
  });
});

test.run();
