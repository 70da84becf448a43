import { setTimeout as pause } from 'node:timers/promises';
import type { Packet } from '../../../bridge/node/connection.ts';
import type { StartedProcess } from '../../processes/start-process.ts';
import { untilAborted } from '../until-aborted.ts';
import { BegunNote } from './begun-note.ts';
import { LoadError } from './load-error.ts';
import type { Loaded, LoadOrder, RunParams } from './exchange.ts';
import { LaneMarks, removeLeft } from './lane-marks.ts';
import type { LanePaths } from './lane-paths.ts';
import { ModelLife, startFailure } from './model-life.ts';
import { ProcessEndedError, StoppedError } from './process-ended.ts';

/** How long its end is waited for: the system may keep a process, as for a device that does not answer. */
const CLOSE_MS = 2000;

/**
 * Starts a model process. Throws where it cannot be started.
 * @param lane where it is to listen for predictor processes; null: nowhere
 * @param note where it is to note what it begins; null: nowhere
 */
export type StartModel = (lane: string | null, note: BegunNote | null) => StartedProcess;

/** Of so many ends it is known what was begun: whoever asks about one lost a lane by it a moment ago. */
const KNOWN_ENDS = 10;

/**
 * One process that holds sessions and runs them, one order at a time. It is started when it is first needed, and again after it ended. Hazard: onnxruntime ends its
 * process where it does not know how to go on, and there are inputs by which it comes to that. Remedy: that process is none in which anything else happens.
 */
export class ModelProcess {
  readonly #start: StartModel;
  readonly #lanes: LanePaths;
  readonly #died: (sentence: string) => void;
  readonly #marks = new LaneMarks();
  #life: ModelLife | null = null;
  #closed = false;
  #deaths = 0;
  /** Its last ends, by the lane where it listened until then. */
  readonly #ends = new Map<string | null, ProcessEndedError>();

  /** @param died is told, in a sentence, that it has ended by itself */
  constructor(start: StartModel, lanes: LanePaths, died: (sentence: string) => void) {
    this.#start = start;
    this.#lanes = lanes;
    this.#died = died;
  }

  /** How often it ended by itself; what was loaded before that is to be loaded again. */
  get deaths(): number {
    return this.#deaths;
  }

  /** Whether this lane is or was its own. */
  hasLane(lane: string): boolean {
    return this.#lanes.has(lane);
  }

  /** Why it listens no longer at a lane that it had; null where it does. Resolves when that is certain. */
  async whyEnded(lane: string, signal: AbortSignal): Promise<ProcessEndedError | null> {
    if (lane !== this.#lanes.after(this.#deaths)) {
      return this.#ends.get(lane) ?? new ProcessEndedError('has ended, and others after it');
    }
    try {
      await untilAborted(this.#running().order(0, { kind: 'ping' }), signal);
      return null;
    } catch (error) {
      if (error instanceof ProcessEndedError) return error;
      throw error;
    }
  }

  /** Rejects with `LoadError`, with `ProcessEndedError`, or with an error of the area MACHINE. */
  async load(session: number, order: LoadOrder): Promise<Loaded> {
    const life = this.#running();
    try {
      return (await life.order(session, order)) as Loaded;
    } catch (error) {
      // It ends itself then, and nothing more is to be asked of it.
      if (error instanceof LoadError && error.code === 'LIBRARY') await life.ended;
      throw error;
    }
  }

  /** Gives a session that is loaded a handle by which it is called on the lane, or takes it back. Heeded before any run that begins after it. */
  note(session: number, handle: number, isGiven: boolean): void {
    this.#life?.note([session, handle, isGiven]);
    const lane = this.#lanes.after(this.#deaths);
    if (!isGiven) this.#marks.withdraw(handle);
    else if (this.#life !== null && lane !== null) this.#marks.give(lane, handle);
  }

  /**
   * Runs a session; the body is no longer the caller's, but where this rejects with `NotBegunError`. Rejects also as `load` does, with `BridgeError`, or with the
   * reason of `signal`: a run that has not begun by then does not.
   */
  async run(session: number, { inputs, outputs, body }: RunParams, signal: AbortSignal): Promise<Packet> {
    return await this.#running().run({ model: session, inputs, outputs }, body, signal);
  }

  async release(session: number): Promise<void> {
    await this.#running().order(session, { kind: 'release' });
  }

  /** Ends the process, whatever it is at. Whatever is unanswered rejects with `ProcessEndedError`. Resolves when it has ended, and after two seconds. */
  async close(): Promise<void> {
    this.#closed = true;
    const life = this.#life;
    if (life === null) return;
    life.stop();
    await Promise.race([life.ended, pause(CLOSE_MS, undefined, { ref: false })]);
    life.leave();
  }

  /** Throws as `load` rejects. */
  #running(): ModelLife {
    if (this.#closed) throw new StoppedError();
    if (this.#life !== null) return this.#life;
    const life = this.#begin(this.#lanes.after(this.#deaths));
    this.#life = life;
    return life;
  }

  #begin(lane: string | null): ModelLife {
    const note = BegunNote.open();
    let life: ModelLife;
    try {
      life = new ModelLife(this.#start(lane, note), note);
    } catch (error) {
      note?.close();
      throw startFailure(error);
    }
    void life.ended.then((end) => {
      this.#life = null;
      this.#marks.withdrawAll();
      // Nothing was there that could have ended.
      if (!life.wasThere) return;
      this.#deaths++;
      if (lane !== null) removeLeft(lane);
      this.#remember(lane, end);
      if (this.#closed) return;
      const told = end instanceof ProcessEndedError ? `A process that runs models ${end.message}.` : end.message;
      this.#died(`${told} Models that it had loaded are loaded again when they are called.`);
    });
    return life;
  }

  #remember(lane: string | null, end: Error): void {
    if (!(end instanceof ProcessEndedError)) return;
    this.#ends.set(lane, end);
    const [oldest = null] = this.#ends.keys();
    if (this.#ends.size > KNOWN_ENDS) this.#ends.delete(oldest);
  }
}
