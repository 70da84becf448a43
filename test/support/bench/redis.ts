import { startRedisServer, type RedisServer } from '../redis/server.ts';

export { NO_REDIS } from '../redis/server.ts';
export type Redis = Pick<RedisServer, 'url' | 'end'>;

/** Starts a Redis as durable as its users run it: an append-only file, synced once a second. Null where it is not installed. */
export function startRedis(): Promise<Redis | null> {
  return startRedisServer({ appendfsync: 'everysec' });
}
