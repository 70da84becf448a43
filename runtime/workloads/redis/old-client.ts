import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import type { RedisAddress } from './address.ts';

/** A client of the older version of the library that bee-queue brings with it. */
export interface OldClient {
  on(event: 'error' | 'end', listener: () => void): unknown;
  /** Makes another client of the same settings. */
  duplicate: () => OldClient;
  /** Ends the connection at once; what is under way fails. */
  end(flush: boolean): void;
}

interface OldRedis {
  createClient(options: object): OldClient;
}

/** For making a connection. */
const CONNECT_MS = 2000;

/**
 * Makes the clients of one bee-queue: the first one, and those that it duplicates, are in `made`. bee-queue's own would end the whole process where a
 * connection fails twice, once for its password and once for itself: it stops to listen for errors at the first.
 */
export function makeOldClient(address: RedisAddress, made: OldClient[], failed: () => void): OldClient {
  const ours = createRequire(import.meta.url);
  const redis = createRequire(ours.resolve('bee-queue'))('redis') as OldRedis;
  const make = (): OldClient => {
    const client = redis.createClient(settingsOf(address));
    client.on('error', failed);
    client.on('end', failed);
    client.duplicate = make;
    made.push(client);
    return client;
  };
  return make();
}

function settingsOf({ host, port, db, username, password, tls }: RedisAddress): object {
  return {
    ...{ host, port, db },
    ...(username === null ? {} : { user: username }),
    ...(password === null ? {} : { password }),
    // A server name must not be an address: Node warns of it, and later versions ignore it.
    ...(tls ? { tls: isIP(host) === 0 ? { servername: host } : {} } : {}),
    ...{ connect_timeout: CONNECT_MS, enable_offline_queue: false, retry_strategy: () => undefined },
  };
}
