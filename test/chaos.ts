import { announced, reported } from './support/redis-chaos/report.ts';
import { runChaos } from './support/redis-chaos/run.ts';
import { settingsFor } from './support/redis-chaos/settings.ts';
import { NO_REDIS, startRedisServer } from './support/redis/server.ts';

const redis = await startRedisServer();
if (redis === null) throw new Error(NO_REDIS);
try {
  const settings = settingsFor('full');
  process.stdout.write(announced(settings));
  const outcome = await runChaos(redis, settings);
  process.stdout.write(reported(outcome));
  if (outcome.broken.length > 0) process.exitCode = 1;
} finally {
  await redis.end();
}
