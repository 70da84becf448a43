import type { ModelPredictResult, OnnxOutputSpec, Tensor, TensorSpec } from '../../../bridge/node/tensors.ts';
import type { Releasable } from '../held-model.ts';
import { ModelError } from '../model-error.ts';
import { describeVersion, type LocalModel } from '../model-version.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Loaded, LoadOrder, SessionSpec, SessionOptions } from './exchange.ts';
import { loadModel } from './load-model.ts';
import { NotBegunError, ProcessEndedError } from './process-ended.ts';
import type { ModelProcesses, SessionPlace } from './model-processes.ts';
import { failureOf } from './process-failure.ts';
import { Reload } from './reload.ts';

/** How often a call is made that its process did not begin before it ended. */
const TRIES = 5;
/** How often a model is loaded at first. Once, another may have ended its process; after that whoever waits is not kept waiting, but may try later. */
const FIRST_TRIES = 2;

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
  readonly #reload = new Reload(() => this.#loadAgain());
  #released = false;

  private constructor(place: SessionPlace, order: LoadOrder, { spec, lane }: Loaded) {
    this.#place = place;
    this.#order = order;
    this.#spec = spec;
    this.#lane = lane;
    this.#loadedAt = place.host.deaths;
  }

  /** Rejects with `ModelError`, whose `cause` is as in `loadModel`. */
  static async load(processes: ModelProcesses, model: LocalModel, options: SessionOptions): Promise<OnnxModel> {
    const { path, shown } = model;
    const order: LoadOrder = { kind: 'load', path, shown, label: describeVersion(model), options };
    const place = placeIn(processes, order.label);
    try {
      return new OnnxModel(place, order, await new Reload(() => loadModel(place, order), FIRST_TRIES).again());
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
   * Runs the model. Rejects with `BridgeError` (`TENSOR_INVALID`, `MODEL_UNUSABLE`), or with the reason of `signal` as it is aborted; a run that is under way then
   * goes on to its end unseen.
   * @param body the bytes of `inputs`, no longer the caller's
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
      if (this.#loadedAt !== host.deaths) await untilAborted(this.#reload.again(), signal);
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
    if (this.#loadedAt !== this.#place.host.deaths) await untilAborted(this.#reload.again(), signal);
    return this.#lane;
  }

  async release(): Promise<void> {
    const { host, session, leave } = this.#place;
    this.#released = true;
    try {
      await this.#reload.stop();
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

  /** Its process ended, and it is needed on the next one. */
  async #loadAgain(): Promise<void> {
    const { lane } = await loadModel(this.#place, this.#order);
    this.#loadedAt = this.#place.host.deaths;
    this.#lane = lane;
    for (const handle of this.#handles) this.#note(handle, true);
  }
}

/** Throws `ModelError`. */
function placeIn(processes: ModelProcesses, label: string): SessionPlace {
  try {
    return processes.place();
  } catch (error) {
    throw failureOf(label, error);
  }
}
