import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../errors/known-error.ts';
import type { RedisAddress } from './address.ts';
import { AttendedClock } from './attended-clock.ts';
import type { Argument, Client, Reply } from './client.ts';
import { connectFirst, connectOnce, pauseAfter } from './connecting.ts';
import { isScriptUnknown, redisError } from './fault.ts';

/*
 * Whoever asks must be answered soon, whatever has become of Redis: a paused server and a connection that somebody cut without a word both look like
 * patience. So each command has a deadline; while one has passed without any reply since, further ones are refused at once; and a connection that stays
 * silent is given up for a new one.
 */

/** How long a command may take. Clients are to have their 503 within 2 s. */
const COMMAND_MS = 1200;
/** How long one may take that carries much and that no client waits for: a slow link needs a while for what one command may carry. */
const TRANSFER_MS = 3000;
const WATCH_MS = 100;
/** A turn of the event loop that takes longer than this counts as much: a process that is only busy refuses as soon as any other. */
const STALL_MS = 500;
const DRAIN_POLL_MS = 5;
/** After so much silence past a deadline the connection is taken for dead: whoever is only slow keeps it, with all that is under way. */
const SILENCE_MS = 1800;

interface Pending {
  /** By the clock of the link, as all times here. */
  readonly begunAt: number;
  readonly patienceMs: number;
  readonly reject: (error: KnownError) => void;
}

interface Silence {
  /** When the deadline passed. */
  readonly since: number;
  /** How long it had been waited for until then. */
  readonly patienceMs: number;
}

/** One connection to Redis for commands, renewed whenever it breaks. */
export class RedisLink {
  readonly address: RedisAddress;
  readonly #closed = new AbortController();
  /** Commands under way, oldest first. */
  readonly #pending = new Set<Pending>();
  readonly #clock = new AttendedClock(STALL_MS);
  #client: Client | null = null;
  #refusal: KnownError | null = null;
  #forbidden: KnownError | null = null;
  /** Of the first command that has had no reply in its time, nor has any later one; null while all is well. */
  #silent: Silence | null = null;
  #kept: Promise<void> = Promise.resolve();
  #connections = 0;

  private constructor(address: RedisAddress) {
    this.address = address;
  }

  /** Resolves once connected; tries for `tryMs`. Rejects as `connectFirst` does. */
  static async open(address: RedisAddress, tryMs: number, stop: AbortSignal): Promise<RedisLink> {
    const link = new RedisLink(address);
    const client = await connectFirst(address, tryMs, stop);
    link.#client = client;
    link.#kept = link.#keep(client);
    return link;
  }

  /** Why commands are refused now; null while they are sent. */
  get refusal(): KnownError | null {
    if (this.#closed.signal.aborted) return KnownError.of('PONS_ERR_STORE_CLOSED', { path: this.address.shown });
    if (this.#forbidden !== null) return this.#forbidden;
    return this.#silent === null ? this.#refusal : this.#silence(this.#silent.patienceMs);
  }

  /** How many connections it has had so far: another one may lead to another life of Redis. */
  get connections(): number {
    return this.#connections;
  }

  /** Refuses every further command, for good. */
  forbid(error: KnownError): void {
    this.#forbidden = error;
  }

  /**
   * Sends one command. Rejects with an error of the area REDIS, when the command may have been carried out all the same; only that a script is not
   * known comes as Redis says it.
   */
  run(...command: readonly Argument[]): Promise<Reply> {
    return this.#send(COMMAND_MS, command);
  }

  /** As `run`, with the patience that much data on a slow link takes. */
  transfer(...command: readonly Argument[]): Promise<Reply> {
    return this.#send(TRANSFER_MS, command);
  }

  #send(patienceMs: number, command: readonly Argument[]): Promise<Reply> {
    const client = this.#client;
    const refusal = this.refusal ?? (client === null ? this.#silence(patienceMs) : null);
    if (refusal !== null || client === null) return Promise.reject(refusal ?? this.#silence(patienceMs));
    return new Promise((resolve, reject) => {
      const pending: Pending = { begunAt: this.#clock.now(), patienceMs, reject };
      this.#pending.add(pending);
      // Also long after the deadline: it shows that the connection lives.
      const heard = (): void => {
        this.#pending.delete(pending);
        if (this.#client === client) this.#silent = null;
      };
      client.run(command).then(
        (reply) => {
          heard();
          resolve(reply);
        },
        (error: unknown) => {
          heard();
          reject(this.#errorOf(error, client, command));
        },
      );
    });
  }

  /** Refuses further commands; resolves when those under way have their replies, or their time is up. */
  async close(): Promise<void> {
    this.#closed.abort();
    while (this.#client !== null && this.#pending.size > 0) await sleep(DRAIN_POLL_MS);
    this.#client?.cut();
    await this.#kept;
  }

  #errorOf(error: unknown, client: Client, command: readonly Argument[]): Error {
    if (isScriptUnknown(error)) return error;
    const known = redisError(error, this.address, command);
    // Another server may have its place by now, under the same name.
    if (known.code === 'PONS_ERR_REDIS_READONLY') client.cut();
    return known;
  }

  #watch(client: Client): void {
    const now = this.#clock.tick();
    for (const pending of this.#pending) {
      const { begunAt, patienceMs, reject } = pending;
      if (now - begunAt < patienceMs) continue;
      this.#pending.delete(pending);
      this.#silent ??= { since: begunAt + patienceMs, patienceMs };
      reject(this.#silence(patienceMs));
    }
    if (this.#silent !== null && now - this.#silent.since > SILENCE_MS) client.cut();
  }

  #silence(patienceMs: number): KnownError {
    const reason = `it has said nothing for ${patienceMs / 1000} s`;
    return KnownError.of('PONS_ERR_REDIS_UNREACHABLE', { address: this.address.shown, reason });
  }

  /** A method, since the type checker takes what it has seen false once for false after a wait too. */
  #isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  /** Has a connection, one after another, until it is closed. */
  async #keep(first: Client): Promise<void> {
    for (let client: Client | null = first; client !== null; client = await this.#reconnect()) {
      const connected = client;
      this.#client = connected;
      this.#connections += 1;
      this.#refusal = null;
      const watch = setInterval(() => {
        this.#watch(connected);
      }, WATCH_MS);
      const cause = await connected.broken;
      clearInterval(watch);
      this.#refusal = redisError(cause, this.address);
      this.#client = null;
      this.#silent = null;
    }
  }

  async #reconnect(): Promise<Client | null> {
    for (let tries = 1; !this.#closed.signal.aborted; tries += 1) {
      await sleep(pauseAfter(tries), undefined, { signal: this.#closed.signal }).catch(() => undefined);
      try {
        const client = await connectOnce(this.address);
        if (!this.#isClosed()) return client;
        client.cut();
      } catch (error) {
        this.#refusal = redisError(error, this.address);
      }
    }
    return null;
  }
}
