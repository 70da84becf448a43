import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { ModelThread } from './model-thread.ts';
import { fitsSocket } from '../../processes/socket-path.ts';
import { startModelThread } from './start-model-thread.ts';

/**
 * A thread costs about 10 MB. One for each model, not for each processor: what a thread loads or runs keeps it from its other models, and only the system
 * can share a processor among them.
 */
const MAX_THREADS = 8;

/** How many were begun in this process. */
let lanes = 0;

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

  /** Ends all threads, and with them every session. */
  async close(): Promise<void> {
    await Promise.all([...this.#threads.keys()].map((thread) => thread.close()));
  }

  #idlest(): ModelThread {
    const [idlest] = [...this.#threads].sort(([, a], [, b]) => a - b);
    if (idlest !== undefined && (idlest[1] === 0 || this.#threads.size >= this.#options.limit)) return idlest[0];
    const thread = new ModelThread(() => this.#options.start(this.#newLane()));
    this.#threads.set(thread, 0);
    return thread;
  }

  /** Of its own for each start: who was on the lane of a thread that ended is not to come to another one unawares. */
  #newLane(): string | null {
    const { laneDir } = this.#options;
    if (laneDir === null) return null;
    lanes += 1;
    const path = join(laneDir, String(lanes));
    return fitsSocket(path) ? path : null;
  }

  #count(thread: ModelThread, change: number): void {
    this.#threads.set(thread, (this.#threads.get(thread) ?? 0) + change);
  }
}
