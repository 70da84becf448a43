import type { OnnxOutputSpec, Tensor, TensorSpec } from '../../../bridge/node/tensors.ts';
import { KnownError } from '../../errors/known-error.ts';
import { shortageIn } from '../../processes/shortage.ts';
import type { Releasable } from '../held-model.ts';
import { ModelError } from '../model-error.ts';
import { describeVersion, type LocalModel } from '../model-version.ts';
import { untilAborted } from '../until-aborted.ts';
import { CallError } from './call-error.ts';
import type { Loaded, LoadOrder, SessionSpec, SessionOptions } from './exchange.ts';
import { flattenTensors, unflattenTensors } from './flat-tensors.ts';
import { ThreadEndedError } from './model-thread.ts';
import type { ModelThreads, SessionPlace } from './model-threads.ts';
import { ownMemory } from './own-memory.ts';

export interface ModelAnswer {
  readonly outputs: readonly Tensor[];
  readonly body: Buffer;
}

/** An ONNX model on a model thread. */
export class OnnxModel implements Releasable {
  readonly #place: SessionPlace;
  readonly #order: LoadOrder;
  readonly #spec: SessionSpec;
  /** Those by which it is called on the lane of its thread. */
  readonly #handles = new Set<number>();
  #lane: string | null;
  /** The thread's `deaths` when the model was loaded there. */
  #loadedAt: number;
  #loading: Promise<void> | null = null;
  #released = false;

  private constructor(place: SessionPlace, order: LoadOrder, { spec, lane }: Loaded) {
    this.#place = place;
    this.#order = order;
    this.#spec = spec;
    this.#lane = lane;
    this.#loadedAt = place.thread.deaths;
  }

  /** Rejects with `ModelError`, whose `cause` is the `KnownError` of a start that fails by it. */
  static async load(threads: ModelThreads, model: LocalModel, options: SessionOptions): Promise<OnnxModel> {
    const place = threads.place();
    const { path, shown } = model;
    const order: LoadOrder = { kind: 'load', path, shown, label: describeVersion(model), options };
    try {
      return new OnnxModel(place, order, await load(place, order));
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
   * Runs the model. Rejects with `ModelError` (`TENSOR_INVALID`, `MODEL_UNUSABLE`), or with the reason of `signal` within 20 ms of
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
    const { thread, session } = this.#place;
    const { label } = this.#order;
    if (this.#released) throw new ModelError('MODEL_UNUSABLE', `${label} was released`);
    if (this.#loadedAt !== thread.deaths) await untilAborted(this.#loadAgain(), signal);
    const order = { kind: 'run', inputs: flattenTensors(inputs), outputs, body: ownMemory(body) } as const;
    try {
      const answer = await thread.run(session, order, signal);
      return { outputs: unflattenTensors(answer.tensors), body: Buffer.from(answer.body) };
    } catch (error) {
      if (error instanceof CallError) throw new ModelError(error.code as 'TENSOR_INVALID', error.message);
      throw error instanceof ThreadEndedError ? ended(label, error) : error;
    }
  }

  /** Has it called by that handle on the lane of its thread. */
  give(handle: number): void {
    this.#handles.add(handle);
    this.#note(handle, true);
  }

  /** Takes back what `give` gave: a call by that handle which begins after this is answered with `MODEL_CHANGED`. */
  withdraw(handle: number): void {
    this.#handles.delete(handle);
    this.#note(handle, false);
  }

  /** Where its thread answers calls; null where there is no such place. A model whose thread has ended is loaded again first; rejects as `load` does. */
  async lane(signal: AbortSignal): Promise<string | null> {
    if (this.#lane === null || this.#released) return null;
    if (this.#loadedAt !== this.#place.thread.deaths) await untilAborted(this.#loadAgain(), signal);
    return this.#lane;
  }

  async release(): Promise<void> {
    const { thread, session, leave } = this.#place;
    this.#released = true;
    try {
      await this.#loading?.catch(() => undefined);
      if (this.#loadedAt === thread.deaths) await thread.release(session);
    } catch (error) {
      if (!(error instanceof ThreadEndedError)) throw error;
    } finally {
      leave();
    }
  }

  #note(handle: number, isGiven: boolean): void {
    const { thread, session } = this.#place;
    if (this.#lane !== null && this.#loadedAt === thread.deaths) thread.note(session, handle, isGiven);
  }

  /** Its thread ended, and it is needed on the next one; calls at the same time load it once. */
  #loadAgain(): Promise<void> {
    this.#loading ??= load(this.#place, this.#order)
      .then(({ lane }) => {
        this.#loadedAt = this.#place.thread.deaths;
        this.#lane = lane;
        for (const handle of this.#handles) this.#note(handle, true);
      })
      .finally(() => {
        this.#loading = null;
      });
    return this.#loading;
  }
}

async function load({ thread, session }: SessionPlace, order: LoadOrder): Promise<Loaded> {
  const { label } = order;
  try {
    return await thread.load(session, order);
  } catch (error) {
    if (error instanceof ThreadEndedError) throw ended(label, error);
    if (!(error instanceof CallError)) throw error;
    const known = knownErrorOf(error, order);
    throw new ModelError('MODEL_UNUSABLE', known.message, known);
  }
}

function knownErrorOf({ code, message }: CallError, { label, shown, options }: LoadOrder): KnownError {
  if (code === 'PROVIDER') {
    return KnownError.of('PONS_ERR_MODELS_PROVIDER', { provider: options.provider, reason: message });
  }
  if (code === 'UNREADABLE') return KnownError.of('PONS_ERR_MODELS_UNREADABLE', { path: shown, reason: message });
  return KnownError.of('PONS_ERR_MODELS_UNLOADABLE', { model: label, path: shown, problem: message });
}

function ended(label: string, error: ThreadEndedError): ModelError {
  // A thread that never was has run nothing, and no model is to blame.
  const shortage = shortageIn(error, `A thread for ${label}`);
  if (shortage !== null) return new ModelError('MODEL_UNUSABLE', shortage.message, shortage);
  return new ModelError('MODEL_UNUSABLE', describeEnd(label, error));
}

/** A sentence on the end of the thread that ran the model which `label` names. */
export function describeEnd(label: string, { message }: ThreadEndedError): string {
  return `the thread that ran ${label} ended: ${message}`;
}
