import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { codes } from '../../bridge/node/codes.ts';
import { Connection, type Packet } from '../../bridge/node/connection.ts';
import { BridgeError } from '../../bridge/node/messages.ts';
import {
  down,
  type InitializeParams,
  type InitializeResult,
  MARK_PREFIX,
  type PredictResult,
} from '../../bridge/node/methods.ts';
import { deadline } from './deadline.ts';
import { openFifo } from './fifo.ts';
import { defaultParams, makeHostProject, MARK_TOKEN } from './host-project.ts';
import { defaultPython, type Python } from './pythons.ts';
import { makeTempDir } from './temp-dir.ts';

export const PYTHON_END = fileURLToPath(new URL('../../bridge/python', import.meta.url));
const MAIN = join(PYTHON_END, 'predictor_host', '__main__.py');
/** Guards against hanging only: what takes a second or two takes half a minute where the machine has twenty times as much to do. */
const PATIENCE_MS = 120_000;
export const MARK = `${MARK_PREFIX}${MARK_TOKEN}\n`;

export interface HostOptions {
  readonly python?: Python;
  /** File texts of the project by path; a string stands for `predictor.py` alone. */
  readonly files: string | Readonly<Record<string, string>>;
  readonly params?: Partial<InitializeParams>;
  readonly config?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  /** The program to run instead of the host. */
  readonly program?: string;
  readonly requested?: (method: string, packet: Packet, signal: AbortSignal) => Promise<Packet>;
}

export interface Told {
  readonly method: string;
  readonly value: unknown;
  readonly body: Buffer;
}

/** A host process with the supervisor's end of its bridge. */
export class TestHost {
  readonly projectDir: string;
  readonly child: ChildProcess;
  readonly connection: Connection;
  /** Every notification that came up, in order. */
  readonly told: Told[] = [];
  readonly exited: Promise<number | string>;
  readonly #options: HostOptions;
  readonly #output = { stdout: '', stderr: '' };
  readonly #outputEnds: readonly Promise<unknown>[];
  #onTold: (() => void)[] = [];
  #cancelSignal: number | null = null;

  constructor(options: HostOptions) {
    this.#options = options;
    this.projectDir = makeHostProject(options.files);
    const python = options.python ?? defaultPython;
    const fifos = makeTempDir();
    const stdout = openFifo(join(fifos, 'stdout'), (text) => (this.#output.stdout += text));
    const stderr = openFifo(join(fifos, 'stderr'), (text) => (this.#output.stderr += text));
    this.#outputEnds = [stdout.ended, stderr.ended];
    this.child = spawn(python.executable, ['-u', options.program ?? MAIN], {
      cwd: this.projectDir,
      env: {
        PATH: process.env['PATH'],
        ...(options.program === undefined ? {} : { PYTHONPATH: PYTHON_END }),
        PYTHONDONTWRITEBYTECODE: '1',
        ...options.env,
      },
      stdio: ['ignore', stdout.fd, stderr.fd, 'pipe', 'pipe'],
    });
    closeSync(stdout.fd);
    closeSync(stderr.fd);
    this.exited = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        resolve(code ?? signal ?? 'unknown');
      });
    });
    this.connection = new Connection(
      { down: this.child.stdio[3] as Writable, up: this.child.stdio[4] as Readable },
      {
        notified: (method, packet) => {
          this.told.push({ method, value: packet.value, body: packet.body });
          for (const listener of this.#onTold) listener();
        },
        requested: options.requested ?? (() => Promise.reject(new Error('no requests are expected'))),
        closed: () => undefined,
      },
    );
  }

  get stdout(): string {
    return this.#output.stdout;
  }

  get stderr(): string {
    return this.#output.stderr;
  }

  /** The records that came up as `log`, parsed. */
  get records(): Record<string, unknown>[] {
    return this.told
      .filter((note) => note.method === 'log')
      .map((note) => JSON.parse(note.body.toString('utf8')) as Record<string, unknown>);
  }

  async initialize(params: Partial<InitializeParams> = {}): Promise<Packet<InitializeResult>> {
    const config = Buffer.from(JSON.stringify(this.#options.config ?? {}));
    const all = { ...defaultParams(this.projectDir), ...this.#options.params, ...params };
    const request = this.connection.request(down.initialize, all, config) as Promise<Packet<InitializeResult>>;
    const answer = await this.#soon(request, 'initialize');
    this.#cancelSignal = answer.value.cancelSignal;
    return answer;
  }

  /** Sends one payload; resolves to the parsed result. */
  async predict(payload: string | Uint8Array, contentType = 'application/json', id = 'w1'): Promise<unknown> {
    return JSON.parse((await this.predictRaw(payload, contentType, id)).body.toString('utf8'));
  }

  predictRaw(
    payload: string | Uint8Array,
    contentType = 'application/json',
    id = 'w1',
    sent?: (requestId: number) => void,
  ): Promise<Packet<PredictResult>> {
    const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const answer = this.connection.request(down.predict, { id, contentType }, body, sent);
    return this.#soon(answer as Promise<Packet<PredictResult>>, 'predict');
  }

  /** Cancels the request `id` as the supervisor does: the notification, then the signal that the host has named. */
  cancel(id: number): void {
    this.connection.cancel(id);
    if (this.child.pid !== undefined && this.#cancelSignal !== null) process.kill(this.child.pid, this.#cancelSignal);
  }

  /** Resolves when a notification has come that `fits`, also if it came before. */
  async waitForTold(fits: (note: Told) => boolean): Promise<Told> {
    const found = new Promise<Told>((resolve) => {
      const look = () => {
        const note = this.told.find(fits);
        if (note !== undefined) resolve(note);
      };
      this.#onTold.push(look);
      look();
    });
    return this.#soon(found, 'a notification');
  }

  async shutdown(): Promise<number | string> {
    await this.#soon(this.connection.request(down.shutdown, null), 'shutdown');
    return this.end();
  }

  /** Waits for the exit and all output; resolves to the exit code or the name of the signal. */
  async end(): Promise<number | string> {
    const how = await this.#soon(this.exited, 'the exit');
    await this.#soon(Promise.all(this.#outputEnds), 'the end of the output');
    this.connection.close(null);
    return how;
  }

  /** To be called at the end of a test whatever happened. */
  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.exited;
    this.connection.close(null);
  }

  #soon<T>(promise: Promise<T>, what: string): Promise<T> {
    const answer = deadline(PATIENCE_MS, promise, what).catch((error: unknown) => {
      if (error instanceof BridgeError && error.code !== codes.CONNECTION_CLOSED) throw error;
      throw new Error(`${what}: ${String(error)}\n${this.#output.stderr}`, { cause: error });
    });
    // A test may look at the answer later, after waiting for something else.
    answer.catch(() => undefined);
    return answer;
  }
}

/** Runs `body` with a host that has ended its life when this resolves. */
export async function withHost<T>(options: HostOptions, body: (host: TestHost) => Promise<T>): Promise<T> {
  const host = new TestHost(options);
  try {
    return await body(host);
  } finally {
    await host.kill();
  }
}

/** As `withHost`, with `initialize` answered. */
export function withServing<T>(options: HostOptions, body: (host: TestHost) => Promise<T>): Promise<T> {
  return withHost(options, async (host) => {
    await host.initialize();
    return body(host);
  });
}
