import type { ModelPredictResult, OnnxOutputSpec, Tensor, TensorSpec } from '../../../bridge/node/tensors.ts';
import { isShortage } from '../../processes/shortage.ts';
import type { Releasable } from '../held-model.ts';
import { ModelError } from '../model-error.ts';
import { describeVersion, type LocalModel } from '../model-version.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Loaded, LoadOrder, SessionSpec, SessionOptions } from './exchange.ts';
import { loadModel } from './load-model.ts';
import { NotBegunError, ProcessEndedError } from './model-life.ts';
import type { ModelProcesses, SessionPlace } from './model-processes.ts';
import { failureOf } from './process-failure.ts';

/** How often a call is made that its process did not begin before it ended. */
const TRIES = 3;
/** How long a model that could not be loaded again is left alone. */
const REST_MS = 2000;

export interface ModelAnswer {
  readonly outputs: readonly Tensor[];
  readonly body: Buffer;
}

/** An ONNX model in a model process. */
export class OnnxModel implements Releasable {
  readonly #place: SessionPlace;
  readonly #order: LoadOrder;
  readonly #spec: SessionSpec;
  /** Those by which it is called on the lane of its process. */
  readonly #handles = new Set<number>();
  #lane: string | null;
  /** The process's `deaths` when the model was loaded there. */
  #loadedAt: number;
  #loading: Promise<void> | null = null;
  #released = false;
  /** Until then it is not loaded again, by the clock of `performance`: a model whose process ends as it loads would keep the machine busy with that. */
  #restUntil = 0;
  #lastFailure: ModelError | null = null;

  private constructor(place: SessionPlace, order: LoadOrder, { spec, lane }: Loaded) {
    this.#place = place;
    this.#order = order;
    this.#spec = spec;
    this.#lane = lane;
    this.#loadedAt = place.host.deaths;
  }

  /** Rejects with `ModelError`, whose `cause` is the `KnownError` of a start that fails by it. */
  static async load(processes: ModelProcesses, model: LocalModel, options: SessionOptions): Promise<OnnxModel> {
    const place = processes.place();
    const { path, shown } = model;
    const order: LoadOrder = { kind: 'load', path, shown, label: describeVersion(model), options };
    try {
      return new OnnxModel(place, order, await loadModel(place, order));
    } catch (error) {
      place.leave();
      throw error;
    }
  }

  /** How errors call it. */
  get label(): string {
    return this.#order.label;
  }

  get inputs(): readonly TensorSpec[] {
    return this.#spec.inputs;
  }

  get defaults(): readonly string[] {
    return this.#spec.defaults;
  }

  get outputs(): readonly OnnxOutputSpec[] {
    return this.#spec.outputs;
  }

  /**
   * Runs the model. Rejects with `BridgeError` (`TENSOR_INVALID`, `MODEL_UNUSABLE`), or with the reason of `signal` within 20 ms of
   * its abort; a run that is under way then goes on to its end unseen.
   * @param body the bytes of `inputs`; a large one is no longer the caller's afterwards
   * @param outputs which to answer with, in that order; null: all
   */
  async run(
    inputs: readonly Tensor[],
    body: Buffer,
    outputs: readonly string[] | null,
    signal: AbortSignal,
  ): Promise<ModelAnswer> {
    const { host, session } = this.#place;
    const { label } = this.#order;
    for (let left = TRIES - 1; ; left--) {
      if (this.#released) throw new ModelError('MODEL_UNUSABLE', `${label} was released`);
      if (this.#loadedAt !== host.deaths) await untilAborted(this.#loadAgain(), signal);
      try {
        const answer = await host.run(session, { inputs, outputs, body }, signal);
        return { outputs: (answer.value as ModelPredictResult).outputs, body: answer.body };
      } catch (error) {
        if (!(error instanceof NotBegunError) || left === 0) throw failureOf(label, error);
      }
    }
  }

  /** Has it called by that handle on the lane of its process. */
  give(handle: number): void {
    this.#handles.add(handle);
    this.#note(handle, true);
  }

  /** Takes back what `give` gave: a call by that handle which begins after this is answered with `MODEL_CHANGED`. */
  withdraw(handle: number): void {
    this.#handles.delete(handle);
    this.#note(handle, false);
  }

  /** Where its process answers calls; null where there is no such place. A model whose process has ended is loaded again first; rejects as `load` does. */
  async lane(signal: AbortSignal): Promise<string | null> {
    if (this.#lane === null || this.#released) return null;
    if (this.#loadedAt !== this.#place.host.deaths) await untilAborted(this.#loadAgain(), signal);
    return this.#lane;
  }

  async release(): Promise<void> {
    const { host, session, leave } = this.#place;
    this.#released = true;
    try {
      await this.#loading?.catch(() => undefined);
      if (this.#loadedAt === host.deaths) await host.release(session);
    } catch (error) {
      if (!(error instanceof ProcessEndedError)) throw error;
    } finally {
      leave();
    }
  }

  #note(handle: number, isGiven: boolean): void {
    const { host, session } = this.#place;
    if (this.#lane !== null && this.#loadedAt === host.deaths) host.note(session, handle, isGiven);
  }

  /** Its process ended, and it is needed on the next one; calls at the same time load it once. */
  #loadAgain(): Promise<void> {
    if (this.#lastFailure !== null && performance.now() < this.#restUntil) return Promise.reject(this.#lastFailure);
    this.#loading ??= loadModel(this.#place, this.#order)
      .then(
        ({ lane }) => {
          this.#loadedAt = this.#place.host.deaths;
          this.#lane = lane;
          for (const handle of this.#handles) this.#note(handle, true);
          this.#lastFailure = null;
        },
        (error: unknown) => {
          // What the machine lacked may be there at any moment.
          if (error instanceof ModelError && !isShortage(error.cause)) {
            // Not the first time: it may be another model's run that has ended their process.
            if (this.#lastFailure !== null) this.#restUntil = performance.now() + REST_MS;
            this.#lastFailure = error;
          }
          throw error;
        },
      )
      .finally(() => {
        this.#loading = null;
      });
    return this.#loading;
  }
}
