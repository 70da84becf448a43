import type { RedisServer } from './server.ts';

/** What a Redis has in memory and in its append-only file, in bytes. */
export interface Usage {
  readonly memory: number;
  readonly file: number;
}

/** @param isCompact the file is rewritten before, so that it holds what is there and not how it came */
export function usageOf(redis: RedisServer, isCompact = false): Usage {
  if (isCompact) rewritten(redis);
  return { memory: numberOf(redis, 'used_memory'), file: numberOf(redis, 'aof_current_size') };
}

/** Every command that Redis has run so far, those within functions included. */
export function commandsOf(redis: RedisServer): number {
  const calls = [...redis.command('INFO', 'commandstats').matchAll(/calls=(\d+)/g)];
  return calls.reduce((total, [, count]) => total + Number(count), 0);
}

/** One figure of INFO. */
function numberOf(redis: RedisServer, name: string): number {
  const found = new RegExp(`^${name}:(\\d+)`, 'm').exec(redis.command('INFO', 'everything'))?.[1];
  if (found === undefined) throw new Error(`INFO has no ${name}`);
  return Number(found);
}

function rewritten(redis: RedisServer): void {
  redis.command('BGREWRITEAOF');
  while (numberOf(redis, 'aof_rewrite_in_progress') + numberOf(redis, 'aof_rewrite_scheduled') > 0);
}
