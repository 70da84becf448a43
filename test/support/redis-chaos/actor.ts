import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { allProcesses, placeOf } from '../chaos/census.ts';
import type { RedisProxy } from '../redis/proxy.ts';
import { servePons, type Served } from '../served.ts';

export interface ActorOptions {
  readonly name: string;
  readonly role: 'gateway' | 'predictors';
  readonly project: string;
  readonly stateDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Its only way to Redis. */
  readonly proxy: RedisProxy;
}

const AGAIN_MS = 300;

/** One process of Pons, which lives many times; as if whoever runs it started it again until it serves. */
export class Actor {
  readonly name: string;
  readonly role: ActorOptions['role'];
  readonly proxy: RedisProxy;
  readonly #options: ActorOptions;
  readonly #lives: Served[] = [];
  #served: Served | null = null;

  constructor(options: ActorOptions) {
    this.#options = options;
    this.name = options.name;
    this.role = options.role;
    this.proxy = options.proxy;
  }

  /** null while it does not serve. */
  get url(): string | null {
    return this.#served?.url ?? null;
  }

  /** Resolves when it serves. A start may well fail while Redis is away; rejects when `signal` has aborted. */
  async start(signal: AbortSignal): Promise<void> {
    const { project, stateDir, env, role, proxy } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      try {
        this.#served = await servePons(project, {
          stateDir,
          env: { ...env, PONS_REDIS_URL: `redis://127.0.0.1:${proxy.port}/0` },
          args: ['--role', role],
        });
        this.#lives.push(this.#served);
        return;
      } catch (error) {
        if (!/PONS_ERR_REDIS_/.test(String(error))) throw error;
        await pause(AGAIN_MS);
      }
    }
  }

  /** Kills it; to be started again. */
  async kill(): Promise<void> {
    const served = this.#served;
    this.#served = null;
    if (served === null) return;
    process.kill(served.pid, 'SIGKILL');
    await served.stop();
  }

  /** Asks it to stop; resolves to its exit code when it has. */
  async stop(): Promise<number | null> {
    const served = this.#served;
    this.#served = null;
    return served === null ? 0 : served.stop();
  }

  /** Stops it and all that it has started in the middle of whatever they do. */
  freeze(): void {
    for (const pid of this.#pids()) signalTo(pid, 'SIGSTOP');
  }

  /** Lets all that `freeze` has stopped go on, each before the one that started it. */
  thaw(): void {
    for (const pid of this.#pids().reverse()) signalTo(pid, 'SIGCONT');
  }

  /** Kills one of its predictor processes. */
  killPredictor(random: () => number): void {
    const pids = this.#pids().filter((pid) => placeOf(pid) !== null);
    const pid = pids[Math.floor(random() * pids.length)];
    if (pid !== undefined) signalTo(pid, 'SIGKILL');
  }

  /** Writes down what all of its lives have said. */
  writeLog(folder: string): void {
    writeFileSync(`${folder}/${this.name}.log`, this.#lives.map(({ lines }) => `${lines.join('\n')}\n`).join('\n'));
  }

  /** Its own and those of its descendants, each after its parent's. */
  #pids(): number[] {
    const pids = this.#served === null ? [] : [this.#served.pid];
    const all = allProcesses();
    for (const pid of pids) pids.push(...all.filter(({ parent }) => parent === pid).map((one) => one.pid));
    return pids;
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    return;
  }
}
