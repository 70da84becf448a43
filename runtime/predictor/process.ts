import { randomBytes } from 'node:crypto';
import { Connection } from '../../bridge/node/connection.ts';
import { down, MARK_TOKEN_LENGTH, type InitializeResult } from '../../bridge/node/methods.ts';
import { killGroup, killProcess } from '../processes/kill-group.ts';
import { Calls, type Work } from './calls.ts';
import { earlyDeathError, type ProcessExit } from './exit.ts';
import { clearRunDir } from './clear-run-dir.ts';
import { hostCommand } from './host-program.ts';
import { initializeRequest } from './initialize.ts';
import { MemoryWatch } from './memory/memory-watch.ts';
import { notificationsTo } from './notifications.ts';
import type { ProcessOptions } from './process-options.ts';
import { Output } from './output.ts';
import { outcomeOfExit, type PredictOutcome } from './outcome.ts';
import { waitForReady } from './ready.ts';
import { spawnHost, type Spawned } from './spawn.ts';
import { assertFollows, takesWork, type ProcessState } from './states.ts';
import { Watch } from './watch.ts';
import { settlesWithin } from './within.ts';

/** How long answers that were sent before the exit are waited for. */
const ANSWER_GRACE_MS = 100;

/** One Python process that hosts the user's class, from its start to its exit. */
export class PredictorProcess {
  readonly #options: ProcessOptions;
  readonly #spawned: Spawned;
  readonly #output: Output;
  readonly #connection: Connection;
  readonly #calls: Calls;
  #state: ProcessState = 'spawning';
  readonly #watch: Watch;
  readonly #memory: MemoryWatch;
  #broken: string | null = null;
  #cancelSignal: number | null = null;
  /** Pons itself decided that the process ends. */
  #chosen = false;
  readonly #disconnected: Promise<void>;
  /** Settles when the process has ended, its children too, and all its output is read. */
  readonly exited: Promise<ProcessExit>;
  /** Settles when its files are removed too. */
  readonly gone: Promise<void>;
  /** Settles when the class is constructed; rejects with the error that tells why it never will be. */
  readonly ready: Promise<void>;

  private constructor(options: ProcessOptions, spawned: Spawned, output: Output) {
    this.#options = options;
    this.#spawned = spawned;
    this.#output = output;
    output.setProcess(spawned.pid);
    this.#watch = new Watch(options.reaper, spawned.pid, options.view.ownProjectDir ? options.view.projectDir : null);
    this.#memory = new MemoryWatch(options.memory, options.surroundings);
    let disconnected = (): void => undefined;
    this.#disconnected = new Promise((resolve) => (disconnected = resolve));
    this.#connection = new Connection(spawned, {
      notified: notificationsTo(options),
      requested: options.requested,
      closed: (reason) => {
        disconnected();
        this.#connectionClosed(reason);
      },
    });
    this.#calls = new Calls({
      connection: this.#connection,
      output,
      threads: options.settings.threads,
      givenPython: options.givenPython,
      ended: async () => outcomeOfExit(await this.exited),
      begun: () => spawned.notes.take(),
      memory: this.#memory,
      busy: (busy) => {
        if (takesWork(this.#state)) this.#enter(busy ? 'busy' : 'ready');
      },
      interrupt: () => {
        if (this.#cancelSignal !== null) killProcess(this.pid, this.#cancelSignal);
      },
    });
    this.exited = this.#waitForExit();
    this.gone = this.exited.then(() => clearRunDir(options.runDir, options.logger));
    this.#enter('loading');
    this.ready = this.#load();
    // Whoever awaits `ready` is told; a process that is stopped while it loads may have nobody who does.
    this.ready.catch(() => undefined);
  }

  /** Starts the process and asks it to load the class. Rejects as `spawnHost` does, or with the system's error. */
  static async start(options: ProcessOptions): Promise<PredictorProcess> {
    const markToken = randomBytes(MARK_TOKEN_LENGTH).toString('hex').slice(0, MARK_TOKEN_LENGTH);
    const { view, runDir, logger, env } = options;
    const { labels, threads } = options.settings;
    const output = await Output.open({ dir: runDir, logger, labels, markToken, inTurn: threads === 1 });
    const [file, args] = view.command(...hostCommand(options));
    const spawned = await spawnHost({ file, args, cwd: view.projectDir, env, output, runDir, threads });
    const settings = { ...options.settings, labels: { ...labels, mark: markToken } };
    return new PredictorProcess({ ...options, settings }, spawned, output);
  }

  get pid(): number {
    return this.#spawned.pid;
  }

  /** Whether it may be given work. */
  get alive(): boolean {
    return takesWork(this.#state);
  }

  /** Whether none of its last workloads has written anything. */
  get isQuiet(): boolean {
    return this.#output.isQuiet;
  }

  /** Runs `predict`; `begins` is called when nothing is before it any more. Never rejects: every way that it can end is an outcome. */
  predict(work: Work, begins: () => void = () => undefined): Promise<PredictOutcome> {
    return this.#calls.run(work, begins);
  }

  /** Whether the `predict` of this workload has begun here and has not ended. */
  runs(id: string): boolean {
    return this.#calls.runs(id);
  }

  /** Asks a `predict` to give up, also one that waits behind another; it ends by its outcome. False when it is not running here. */
  cancel(id: string): boolean {
    return this.#calls.cancel(id);
  }

  /**
   * Ends the process: asks, then SIGTERM to its group, then SIGKILL, `graceMs` apart. One that still loads hears no question, so that
   * it begins with SIGTERM. Resolves when it has ended.
   */
  async stop(graceMs: number): Promise<void> {
    this.#chosen = true;
    const signals: NodeJS.Signals[] = ['SIGTERM', 'SIGKILL'];
    if (this.#state === 'loading') killGroup(this.#spawned.pid, signals.shift() ?? 'SIGTERM');
    else this.#connection.request(down.shutdown, null).catch(() => undefined);
    if (this.#state !== 'exited' && this.#state !== 'draining') this.#enter('draining');
    for (const signal of signals) {
      if (await settlesWithin(graceMs, this.#spawned.exited)) break;
      killGroup(this.#spawned.pid, signal);
    }
    await this.gone;
  }

  /** Kills the process and its group at once; what runs in it is returned, since it was not its doing. */
  async kill(): Promise<void> {
    this.#chosen = true;
    if (this.#state !== 'exited') killGroup(this.#spawned.pid, 'SIGKILL');
    await this.gone;
  }

  async #load(): Promise<void> {
    const { settings, startTimeoutMs, view, givenPython } = this.#options;
    const entered = view.ownNamespace ? this.#watch.entersNamespace(this.#spawned.exited) : null;
    await Promise.all([this.#memory.begin(this.pid), entered]);
    const { params, body } = initializeRequest(settings, view.projectDir);
    const initialized = this.#connection.request(down.initialize, params, body);
    await waitForReady({
      ...{ initialized, exited: this.exited, path: settings.path, givenPython, timeoutMs: startTimeoutMs },
      died: (exit) => earlyDeathError(exit, this.#spawned.notes.take() !== null),
      lastLines: () => this.#output.lastErrorLines,
    });
    this.#cancelSignal = ((await initialized).value as InitializeResult).cancelSignal;
    if (this.#state === 'loading') this.#enter('ready');
  }

  async #waitForExit(): Promise<ProcessExit> {
    const { code, signal } = await this.#spawned.exited;
    this.#memory.exited();
    this.#enter('exited');
    // Answers that were sent before the exit may still be on their way; a broken frame ends the connection here.
    await settlesWithin(ANSWER_GRACE_MS, this.#disconnected);
    this.#connection.close('the process has ended');
    await this.#watch.end();
    await this.#output.drain();
    this.#spawned.notes.take();
    // A kill of the kernel is left to whom it explains.
    const memory = await this.#memory.end(this.#chosen ? null : signal);
    return { code, signal, chosen: this.#chosen, broken: this.#broken, memory, lastLines: this.#output.lastErrorLines };
  }

  /** A connection that ends before the process does cannot be mended: whoever cannot answer any more is ended. */
  #connectionClosed(reason: string | null): void {
    if (this.#state === 'exited' || this.#state === 'draining') return;
    // From now on it takes nothing; mostly its exit is a moment away, and tells more than the connection's end.
    this.#enter('draining');
    void settlesWithin(ANSWER_GRACE_MS, this.#spawned.exited).then((exited) => {
      if (exited) return;
      this.#broken = reason ?? 'its end of the bridge was closed';
      killGroup(this.#spawned.pid, 'SIGKILL');
    });
  }

  #enter(state: ProcessState): void {
    assertFollows(this.#state, state);
    this.#state = state;
    this.#options.onState(state);
  }
}
