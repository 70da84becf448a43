import { join } from 'node:path';
import { LanePaths } from './lane-paths.ts';
import { type ProcessEndedError, StoppedError } from './process-ended.ts';
import { ModelProcess, type StartModel } from './model-process.ts';
import { startModelProcess } from './start-model-process.ts';

/**
 * A process takes some 35 MB beside what is in its models. One for each model, not for each processor: what a process loads or runs keeps it from its other models,
 * only the system can share a processor among them, and a library that aborts takes along what shares its process.
 */
export const MAX_PROCESSES = 8;

/** How many were begun by this process: the APIs have one folder for their lanes. */
let begun = 0;

export interface ModelProcessesOptions {
  /** How many there may be. */
  readonly limit: number;
  /** Throws where it cannot be started. */
  readonly start: StartModel;
  /** The folder of their lanes, into which nobody else comes; null: they have none. */
  readonly laneDir: string | null;
  /** Is told, in a sentence, that a process has ended by itself. */
  readonly died: (sentence: string) => void;
}

/** A place for one session: it lives in that process until it is given back. */
export interface SessionPlace {
  readonly host: ModelProcess;
  /** Stands for the session in its process. */
  readonly session: number;
  /** To be called once, when the session is released. */
  readonly leave: () => void;
}

/** The processes that hold the sessions of one API. None is started before there is a session for it. */
export class ModelProcesses {
  readonly #options: ModelProcessesOptions;
  /** With the sessions on each. */
  readonly #hosts = new Map<ModelProcess, number>();
  #nextSession = 1;
  #isClosed = false;

  constructor(options: Partial<ModelProcessesOptions> = {}) {
    this.#options = {
      limit: MAX_PROCESSES,
      start: (lane, note) => startModelProcess({ lane }, { note }),
      laneDir: null,
      died: () => undefined,
      ...options,
    };
  }

  /** A place in the process with the fewest sessions. Throws `StoppedError` after `close`. */
  place(): SessionPlace {
    if (this.#isClosed) throw new StoppedError();
    const host = this.#idlest();
    this.#count(host, 1);
    return {
      host,
      session: this.#nextSession++,
      leave: () => {
        this.#count(host, -1);
      },
    };
  }

  /** Why the process that listened at this lane has ended; null where it has not, or where there was none. Resolves when that is certain. */
  async whyEnded(lane: string, signal: AbortSignal): Promise<ProcessEndedError | null> {
    const host = [...this.#hosts.keys()].find((one) => one.hasLane(lane));
    return host === undefined ? null : await host.whyEnded(lane, signal);
  }

  /** Ends all processes, and with them every session. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#hosts.keys()].map((host) => host.close()));
  }

  #idlest(): ModelProcess {
    const [idlest] = [...this.#hosts].sort(([, a], [, b]) => a - b);
    if (idlest !== undefined && (idlest[1] === 0 || this.#hosts.size >= this.#options.limit)) return idlest[0];
    const { start, laneDir, died } = this.#options;
    begun += 1;
    const lanes = new LanePaths(laneDir === null ? null : join(laneDir, String(begun)));
    const host = new ModelProcess(start, lanes, died);
    this.#hosts.set(host, 0);
    return host;
  }

  #count(host: ModelProcess, change: number): void {
    this.#hosts.set(host, (this.#hosts.get(host) ?? 0) + change);
  }
}
