import type { RedisServer } from './server.ts';
import { until } from './until.ts';

const KEYS = 2000;
const FILL = `for n = 1, ${KEYS} do redis.call('SET', 'k' .. n, string.rep('x', 100)) end`;

/** Starts a Redis anew so that it takes half a minute to load its data, answering meanwhile; for a Redis without data. */
export async function loadSlowly(server: RedisServer): Promise<void> {
  server.command('EVAL', FILL, '0');
  server.command('BGREWRITEAOF');
  // Loading the snapshot at the head of that file it looks around more often than with commands alone.
  await until(() =>
    Promise.resolve(/aof_rewrite_in_progress:0/.test(server.command('INFO', 'persistence')) ? true : null),
  );
  await server.kill();
  await server.start({ 'key-load-delay': '20000', 'loading-process-events-interval-bytes': '1024' });
}

/** Lets it come to an end at once. */
export function loadQuickly(server: RedisServer): void {
  server.command('CONFIG', 'SET', 'key-load-delay', '0');
}
