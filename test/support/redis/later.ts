import type { RedisServer } from './server.ts';

const HOUR_MS = 60 * 60 * 1000;

/** Makes what nothing in a bucket refers to any more look as if that were so for an hour. */
export function laterForObjects(server: RedisServer, api: string): void {
  const script = `
    local now = redis.call('TIME')
    local time = now[1] * 1000 + now[2] / 1000
    for _, reference in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], time - ARGV[1], time)) do
      redis.call('ZINCRBY', KEYS[1], -ARGV[1], reference)
    end`;
  server.command('EVAL', script, '1', `pons:{${api}}:objects`, String(HOUR_MS));
}
