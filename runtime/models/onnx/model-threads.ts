import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { LanePaths } from './lane-paths.ts';
import { ModelThread, type ThreadEndedError } from './model-thread.ts';
import { startModelThread } from './start-model-thread.ts';

/**
 * A thread costs about 10 MB. One for each model, not for each processor: what a thread loads or runs keeps it from its other models, and only the system
 * can share a processor among them.
 */
const MAX_THREADS = 8;

/** How many were begun in this process: the APIs have one folder for their lanes. */
let begun = 0;

export interface ModelThreadsOptions {
  /** How many threads there may be. */
  readonly limit: number;
  /** `lane`: where the thread is to listen for predictor processes; null: nowhere. */
  readonly start: (lane: string | null) => Worker;
  /** The folder of their lanes, into which nobody else comes; null: they have none. */
  readonly laneDir: string | null;
}

/** A place for one session: it lives on that thread until it is given back. */
export interface SessionPlace {
  readonly thread: ModelThread;
  /** Stands for the session on its thread. */
  readonly session: number;
  /** To be called once, when the session is released. */
  readonly leave: () => void;
}

/** The threads that hold the sessions of one API. None is started before there is a session for it. */
export class ModelThreads {
  readonly #options: ModelThreadsOptions;
  /** With the sessions on each. */
  readonly #threads = new Map<ModelThread, number>();
  #nextSession = 1;

  constructor(options: Partial<ModelThreadsOptions> = {}) {
    this.#options = { limit: MAX_THREADS, start: (lane) => startModelThread({}, lane), laneDir: null, ...options };
  }

  /** A place on the thread with the fewest sessions. */
  place(): SessionPlace {
    const thread = this.#idlest();
    this.#count(thread, 1);
    return {
      thread,
      session: this.#nextSession++,
      leave: () => {
        this.#count(thread, -1);
      },
    };
  }

  /** Why the thread that listened at this lane has ended; null where it has not, or where there was none. Resolves when that is certain. */
  async whyEnded(lane: string, signal: AbortSignal): Promise<ThreadEndedError | null> {
    const thread = [...this.#threads.keys()].find((one) => one.hasLane(lane));
    return thread === undefined ? null : await thread.whyEnded(lane, signal);
  }

  /** Ends all threads, and with them every session. */
  async close(): Promise<void> {
    await Promise.all([...this.#threads.keys()].map((thread) => thread.close()));
  }

  #idlest(): ModelThread {
    const [idlest] = [...this.#threads].sort(([, a], [, b]) => a - b);
    if (idlest !== undefined && (idlest[1] === 0 || this.#threads.size >= this.#options.limit)) return idlest[0];
    const { start, laneDir } = this.#options;
    begun += 1;
    const thread = new ModelThread(start, new LanePaths(laneDir === null ? null : join(laneDir, String(begun))));
    this.#threads.set(thread, 0);
    return thread;
  }

  #count(thread: ModelThread, change: number): void {
    this.#threads.set(thread, (this.#threads.get(thread) ?? 0) + change);
  }
}
