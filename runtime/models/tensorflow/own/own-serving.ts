import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { loadError } from '../../load-failure.ts';
import { ModelError } from '../../model-error.ts';
import type { LocalModel } from '../../model-version.ts';
import { TensorflowModel } from '../model.ts';
import { DEFAULT_LIMITS, type CallLimits } from '../model-server.ts';
import { placedTitle, signatureKeysIn } from '../saved-model.ts';
import type { TensorflowServing } from '../serving.ts';
import { ServingError } from '../serving-status.ts';
import { makeBasePath, removeBasePath, servedVersionOf } from './model-folder.ts';
import { OwnServer, type OwnServerOptions } from './own-server.ts';
import { ServedModels } from './served-models.ts';

export interface OwnServingOptions extends Omit<OwnServerOptions, 'onStarted' | 'startTimeoutMs'> {
  /** The signature that the configuration names for a model; null: none. */
  readonly signatureKeyOf: (name: string) => string | null;
  readonly limits?: CallLimits;
  readonly startTimeoutMs?: number;
  /** How long one model may take until it can be called. */
  readonly loadTimeoutMs?: number;
}

const START_TIMEOUT_MS = 60_000;
const LOAD_TIMEOUT_MS = 10 * 60_000;

/** The models of one API in a `tensorflow_model_server` that is started for them. */
export class OwnServing implements TensorflowServing {
  readonly tree = null;
  readonly #options: OwnServingOptions;
  readonly #closed: AbortController;
  readonly #server: OwnServer;
  readonly #models: ServedModels;
  /** What models are called on the server. */
  readonly #names = new Set<string>();
  #loads = 0;

  private constructor(options: OwnServingOptions, closed: AbortController, server: OwnServer, models: ServedModels) {
    this.#options = options;
    this.#closed = closed;
    this.#server = server;
    this.#models = models;
  }

  /** Resolves when the server takes calls. Rejects with `PONS_ERR_MODELS_TENSORFLOW_SERVING_START`, or with the reason of `signal`. */
  static async open(options: OwnServingOptions, signal: AbortSignal): Promise<OwnServing> {
    const closed = new AbortController();
    setMaxListeners(0, closed.signal);
    let models: ServedModels | null = null;
    const { startTimeoutMs = START_TIMEOUT_MS, loadTimeoutMs = LOAD_TIMEOUT_MS } = options;
    const server = await OwnServer.start({ ...options, startTimeoutMs, onStarted: () => models?.restore() }, signal);
    models = new ServedModels({ server, loadTimeoutMs, signal: closed.signal });
    return new OwnServing(options, closed, server, models);
  }

  /** The server's process; null while there is none. */
  get pid(): number | null {
    return this.#server.pid;
  }

  readonly load = async (model: LocalModel): Promise<TensorflowModel> => {
    this.#closed.signal.throwIfAborted();
    const { folder, signatureKeyOf, limits = DEFAULT_LIMITS } = this.#options;
    assertSavedModel(model);
    // Each load is a model of its own to the server, so that a version whose files have changed is loaded beside what it was before.
    const served = { name: this.#freeName(model), version: servedVersionOf(model.version) };
    const basePath = join(folder, 'models', String(++this.#loads));
    const release = async (): Promise<void> => {
      await this.#models.remove(served.name);
      await removeBasePath(basePath);
      this.#names.delete(served.name);
    };
    try {
      await makeBasePath(basePath, served.version, model.path);
      await this.#models.add({ ...served, basePath });
      const spec = { name: served.name, version: { value: served.version } };
      return await TensorflowModel.open({
        served: { server: this.#server, name: model.name, version: model.version, spec },
        limits,
        signatureKey: signatureKeyOf(model.name),
        diskPath: model.path,
        title: placedTitle(model),
        closed: this.#closed.signal,
        release,
      });
    } catch (error) {
      await release();
      if (error instanceof ModelError) throw error;
      const text = `${placedTitle(model)} cannot be loaded by ${this.#server.address}: `;
      // The folder of links cannot be written.
      if (!(error instanceof ServingError)) throw new ModelError('MODEL_UNUSABLE', text + (error as Error).message);
      // It has read the files and refuses them; its other words tell of itself.
      const isFinal = error.status === 'FAILED_PRECONDITION';
      const code = isFinal ? 'PONS_ERR_MODELS_NOT_LOADED' : 'PONS_ERR_MODELS_TENSORFLOW_SERVING_FAILED';
      throw loadError(code, text + error.text);
    }
  };

  async awaitModel(): Promise<void> {
    // The tree knows at once what there is, and whoever describes a model waits for its load.
  }

  async close(): Promise<void> {
    this.#closed.abort(new ModelError('MODEL_UNUSABLE', 'the models are no longer served'));
    await this.#server.close();
  }

  #freeName({ name, version }: LocalModel): string {
    const id = `${name}-${version}`;
    let free = id;
    for (let count = 2; this.#names.has(free); count += 1) free = `${id}.${count}`;
    this.#names.add(free);
    return free;
  }
}

/** Of what is no SavedModel, the server says less, and not always at once. */
function assertSavedModel(model: LocalModel): void {
  try {
    signatureKeysIn(model);
  } catch (error) {
    // A file that cannot be read is for the server to tell.
    if (error instanceof ModelError) throw error;
  }
}
