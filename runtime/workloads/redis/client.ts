import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisAddress } from './address.ts';
import { greet } from './greeting.ts';

export type Argument = string | Buffer;
/** What Redis answers, its strings as bytes. */
export type Reply = Buffer | number | null | readonly Reply[];

/** One connection, from its being ready to its end. */
export interface Client {
  /** Sends a command; rejects with Redis's error, or with the connection's where that ends first. */
  run(command: readonly Argument[]): Promise<Reply>;
  /** Resolves to why it has ended. */
  readonly broken: Promise<Error>;
  /** Ends it at once; what is under way rejects. */
  cut(): void;
}

/** For the way to Redis and for its greeting, together. */
const CONNECT_MS = 2000;

/** Connects once. Rejects with the error of the system, of TLS or of Redis. */
export async function connect(address: RedisAddress): Promise<Client> {
  // Only those who have a Redis load its client.
  const { createClient, ErrorReply, RESP_TYPES } = await import('redis');
  const { host, port, tls, username, password, db } = address;
  const client = createClient({
    socket: {
      host,
      port,
      connectTimeout: CONNECT_MS,
      reconnectStrategy: false,
      ...(tls ? { tls: true, ...(isIP(host) === 0 ? { servername: host } : {}) } : {}),
    },
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    database: db,
    // The older protocol: in it every string is a blob, as functions answer in either.
    RESP: 2,
    disableOfflineQueue: true,
    // Both need rights that a user for queues should not have.
    disableClientInfo: true,
    maintNotifications: 'disabled',
  });
  const broken = new Promise<Error>((resolve) => {
    client.on('error', resolve);
  });
  const cut = (): void => {
    if (client.isOpen) client.destroy();
  };
  const tooLate = new AbortController();
  const connected = async (): Promise<void> => {
    await client.connect();
    await greet(client, broken, (error) => error instanceof ErrorReply);
  };
  try {
    await Promise.race([connected(), failAfter(CONNECT_MS, tooLate.signal, tls)]);
  } catch (error) {
    cut();
    throw error;
  } finally {
    tooLate.abort();
  }
  const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer };
  let end: (cause: Error) => void = () => undefined;
  const cutOff = new Promise<Error>((resolve) => (end = resolve));
  return {
    run: (command) => client.sendCommand<Reply>([...command], { typeMapping }),
    broken: Promise.race([broken, cutOff]),
    cut: () => {
      cut();
      end(new Error('the connection was given up'));
    },
  };
}

async function failAfter(ms: number, met: AbortSignal, tls: boolean): Promise<never> {
  await sleep(ms, undefined, { signal: met });
  const hint = tls ? ', as one does not whose port is not for TLS' : '';
  throw new Error(`it has not answered within ${ms / 1000} s${hint}`);
}
