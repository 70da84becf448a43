import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { deadline } from '../deadline.ts';
import { MAIN, TSX } from '../served.ts';
import { ask } from './http.ts';
import type { Ledger } from './ledger.ts';

export interface ProgramOptions {
  readonly project: string;
  readonly stateDir: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Everything that the program says, of all its lives. */
  readonly logFile: string;
  readonly ledger: Ledger;
}

const SERVING_MS = 60_000;
const STOP_MS = 60_000;
const LAST_WORDS = 3000;

/** The program under test, which lives many times on one state folder and one port. */
export class Program {
  readonly #options: ProgramOptions;
  #child: ChildProcess | null = null;
  #mayEnd = new WeakSet<ChildProcess>();
  /** Epoch ms of each SIGKILL. */
  readonly killedAt: number[] = [];
  readonly url: string;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  /** null before the first life. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Begins a life. That it ends by itself, too, breaks a promise. */
  start(): void {
    const { project, stateDir, port, env, logFile, ledger } = this.#options;
    const log = openSync(logFile, 'a');
    const args = ['--import', TSX, MAIN, 'serve', project, '--port', String(port), '--state-dir', stateDir];
    const child = spawn(process.execPath, args, { stdio: ['ignore', log, log], env: { ...process.env, ...env } });
    closeSync(log);
    this.#child = child;
    child.once('exit', (code, signal) => {
      if (!this.#mayEnd.has(child)) {
        ledger.violated(`it ended by itself with ${String(code ?? signal)}:\n${this.lastWords()}`);
      }
    });
  }

  /** Kills it; resolves when it is gone. */
  async kill(): Promise<void> {
    this.killedAt.push(Date.now());
    await this.#signal('SIGKILL');
  }

  /** Asks it to stop; it is not waited for. */
  ask(): void {
    if (this.#child === null) return;
    this.#mayEnd.add(this.#child);
    this.#child.kill('SIGTERM');
  }

  /** Resolves when it has ended as it was asked to. */
  async ended(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    try {
      if (!hasEnded(child)) await deadline(STOP_MS, once(child, 'exit'), 'an ordered stop');
      if (child.exitCode !== 0) {
        this.#options.ledger.violated(
          `an ordered stop ended with ${String(child.exitCode ?? child.signalCode)}:\n${this.lastWords()}`,
        );
      }
    } catch (error) {
      this.#options.ledger.violated(`${String(error)}:\n${this.lastWords()}`);
      await this.kill();
    }
  }

  /** Resolves when requests are answered. */
  async serving(): Promise<void> {
    const lapsedAt = Date.now() + SERVING_MS;
    while ((await ask({ method: 'GET', url: this.url })) === null) {
      if (this.#child === null || hasEnded(this.#child)) throw new Error(`it has ended:\n${this.lastWords()}`);
      if (Date.now() > lapsedAt) throw new Error(`it does not serve after ${SERVING_MS} ms:\n${this.lastWords()}`);
      await pause(20);
    }
  }

  lastWords(): string {
    return readFileSync(this.#options.logFile, 'utf8').slice(-LAST_WORDS);
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null || hasEnded(child)) return;
    this.#mayEnd.add(child);
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
