import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { KnownError } from '../../../errors/known-error.ts';
import type { Logger } from '../../../log/logger.ts';
import { aborted } from '../../../processes/aborted.ts';
import { fitsSocket } from '../../../processes/socket-path.ts';
import { makeTempFolder } from '../../../state/temp-folder.ts';
import type { ServingChannel } from '../channel.ts';
import type { ModelServer } from '../model-server.ts';
import { ServingError } from '../serving-status.ts';
import { freePort } from './free-port.ts';
import type { LaunchOptions } from './launch.ts';
import { News } from './news.ts';
import { startOnce, STOP_GRACE_MS, type Life } from './start-once.ts';

export interface OwnServerOptions extends Omit<LaunchOptions, 'args' | 'cwd'> {
  /** Absolute, below the state folder, and only for this; emptied first, and removed in the end. */
  readonly folder: string;
  /** How long a start may last until the server takes calls. */
  readonly startTimeoutMs: number;
  /** How long it may answer nothing at all while it has calls; it is killed and started again then. */
  readonly silenceMs?: number;
  /** Called whenever the server has been started: it serves no model yet. */
  readonly onStarted: () => void;
}

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 30_000;
/** A server that ran so long did not die of what it was started with. */
const STABLE_MS = 60_000;
const SOCKET = 'serving.sock';
/** What a server before TensorFlow Serving 2.5 says when it is to listen on a socket only. */
const NEEDS_PORT = /grpc_port is not set/;

/**
 * A `tensorflow_model_server` of our own, started again whenever it dies. It listens on a Unix socket in a folder that only we can enter: on a port it would be
 * there for the whole network, since it binds to every address and cannot be told otherwise.
 */
export class OwnServer implements ModelServer {
  readonly address = "this API's own tensorflow_model_server";
  readonly #options: OwnServerOptions;
  readonly #stopped = new AbortController();
  readonly #givenUp = aborted(this.#stopped.signal).then(() => 'was stopped');
  readonly #socketFolder: string;
  /** It is up, or will not be again. */
  readonly #news = new News();
  #life: Life | null = null;
  #loop: Promise<void> = Promise.resolve();
  #needsPort = false;
  #failures = 0;
  #lastWords = 'it has not been started';
  #shortage: KnownError | null = null;

  private constructor(options: OwnServerOptions, socketFolder: string) {
    this.#options = options;
    this.#socketFolder = socketFolder;
  }

  /** Rejects with `PONS_ERR_MODELS_TENSORFLOW_SERVING_START`, or an error of the area MACHINE, where the first start fails, or with the reason of `signal`. */
  static async start(options: OwnServerOptions, signal: AbortSignal): Promise<OwnServer> {
    const { folder } = options;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Without models: one that cannot be loaded would keep the server from starting, and so the others from being served.
    await writeFile(configOf(folder), 'model_config_list {}\n');
    const fits = fitsSocket(join(folder, SOCKET));
    const server = new OwnServer(options, fits ? folder : await makeTempFolder('pons-'));
    const stop = (): void => {
      server.#stopped.abort();
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (!(await server.#start()) && !(server.#needsPort && (await server.#start()))) throw server.#startError();
      signal.throwIfAborted();
    } catch (error) {
      await server.close();
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
    server.#loop = server.#keep();
    return server;
  }

  get pid(): number | null {
    return this.#life?.launched.pid ?? null;
  }

  async channel(waitMs: number, signal: AbortSignal): Promise<ServingChannel> {
    signal.throwIfAborted();
    if (this.#life === null && !this.#isStopped()) await this.#news.next(waitMs, signal);
    if (this.#life === null) throw new ServingError('UNAVAILABLE', `the server is down: ${this.#lastWords}`, false);
    return this.#life.channel;
  }

  /** Kills the server, so that it starts anew. */
  async restart(): Promise<void> {
    await this.#life?.launched.stop(0);
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    this.#news.tell();
    await this.#life?.launched.stop(STOP_GRACE_MS);
    await this.#loop;
    // One that came up at this moment.
    await this.#life?.launched.stop(STOP_GRACE_MS);
    this.#life?.channel.close();
    await rm(this.#options.folder, { recursive: true, force: true });
    await rm(this.#socketFolder, { recursive: true, force: true });
  }

  async #keep(): Promise<void> {
    const { logger } = this.#options;
    while (!this.#isStopped()) {
      const startedAt = performance.now();
      if (this.#life !== null) {
        const { launched, channel } = this.#life;
        this.#lastWords = await launched.ended;
        this.#life = null;
        channel.close();
        if (this.#isStopped()) return;
        if (performance.now() - startedAt > STABLE_MS) this.#failures = 0;
      }
      this.#failures += 1;
      const delayMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
      logger.error(
        `tensorflow_model_server ${this.#lastWords}; it is started again in ${(delayMs / 1000).toFixed(1)} s`,
      );
      await pause(delayMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      if (!this.#isStopped()) await this.#startAgain();
    }
  }

  /** A folder that cannot be written or a full table of files may be over at the next start: nobody waits for the loop to tell it of them. */
  async #startAgain(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      this.#lastWords = `could not be started (${(error as Error).message})`;
    }
  }

  /** Whether it takes calls now; what kept it from that becomes its last words. */
  async #start(): Promise<boolean> {
    const { folder, logger, onStarted } = this.#options;
    const port = this.#needsPort ? await freePort() : 0;
    const started = await startOnce({
      ...this.#options,
      cwd: folder,
      socket: join(this.#socketFolder, SOCKET),
      configFile: configOf(folder),
      port,
      givenUp: this.#givenUp,
      onSilent: () => {
        logger.error('tensorflow_model_server does not answer any more, and is killed');
        void this.restart();
      },
    });
    if (started.launched === null) {
      this.#lastWords = started.outcome;
      this.#shortage = started.shortage;
      this.#needsPort ||= started.lastLines.some((line) => NEEDS_PORT.test(line));
      return false;
    }
    if (port !== 0) warnOfPort(logger, port);
    this.#life = started;
    onStarted();
    this.#news.tell();
    return true;
  }

  #startError(): KnownError {
    const facts = { program: this.#options.program, outcome: this.#lastWords };
    return this.#shortage ?? KnownError.of('PONS_ERR_MODELS_TENSORFLOW_SERVING_START', facts);
  }

  /** A method, since the type checker takes what it has seen false once for false after a wait too. */
  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }
}

function configOf(folder: string): string {
  return join(folder, 'models.config');
}

function warnOfPort(logger: Logger, port: number): void {
  logger.warning(
    `this tensorflow_model_server needs a port and listens on ${port} of every address of this machine; one of version 2.5 or later does not`,
  );
}
