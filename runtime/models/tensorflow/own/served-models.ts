import { modelStates } from '../channel.ts';
import type { ModelServer } from '../model-server.ts';
import { pause } from '../pause.ts';
import { ServingError } from '../serving-status.ts';

/** One model of the server's configuration, which serves one version. */
export interface ServedModel {
  readonly name: string;
  /** Absolute. */
  readonly basePath: string;
  readonly version: string;
}

export interface ServedModelsOptions {
  readonly server: ModelServer & { restart(): Promise<void> };
  /** How long a load may take, and a start of the server that dies meanwhile. */
  readonly loadTimeoutMs: number;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
}

const FIRST_POLL_MS = 10;
const MAX_POLL_MS = 250;
const STATUS_TIMEOUT_MS = 10_000;
/** A load that ends with the server this often is taken to be what ends it. */
const MAX_LOSSES = 2;

/** What our own server serves: models are added to its configuration and taken out of it while it runs. */
export class ServedModels {
  readonly #options: ServedModelsOptions;
  readonly #models = new Map<string, ServedModel>();
  /** The server takes one configuration after the other, and holds the next while it loads. */
  #reloading: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  constructor(options: ServedModelsOptions) {
    this.#options = options;
  }

  /** Resolves when the server has the model available. Rejects with `ServingError`, and the server does not have it then. */
  async add(model: ServedModel): Promise<void> {
    this.#models.set(model.name, model);
    try {
      await this.#load(model);
    } catch (error) {
      await this.remove(model.name);
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    if (!this.#models.delete(name) || this.#options.signal.aborted) return;
    // A server that cannot be told starts anew, and without it.
    await this.#reload().catch(() => undefined);
  }

  /** Gives all of them to a server that has been started again. */
  restore(): void {
    if (this.#models.size > 0) this.#reload().catch(() => undefined);
  }

  async #load(model: ServedModel): Promise<void> {
    const { loadTimeoutMs, signal } = this.#options;
    const lapsesAt = performance.now() + loadTimeoutMs;
    let losses = 0;
    for (;;) {
      try {
        // What it says of one model may be meant for another: each is asked for below.
        const refusal = await this.#reload().then(() => null, asServingError);
        if (refusal?.status === 'UNAVAILABLE') throw refusal;
        await this.#available(model, refusal, lapsesAt);
        return;
      } catch (error) {
        if (!(error instanceof ServingError) || error.status !== 'UNAVAILABLE' || performance.now() > lapsesAt)
          throw error;
        if (error.wasLost && ++losses >= MAX_LOSSES) throw error;
      }
      // That its connection ended is known before that the server has.
      await pause(MAX_POLL_MS, signal);
    }
  }

  /** One reload for all that changed while the last one was under way. */
  #reload(): Promise<void> {
    this.#next ??= this.#reloading.then(async () => {
      this.#next = null;
      const current = this.#send();
      this.#reloading = current.catch(() => undefined);
      await current;
    });
    return this.#next;
  }

  async #send(): Promise<void> {
    const { server, loadTimeoutMs: timeoutMs, signal } = this.#options;
    const channel = await server.channel(timeoutMs, signal);
    await channel.reload(configOf([...this.#models.values()]), { timeoutMs, signal });
  }

  async #available(model: ServedModel, refusal: ServingError | null, lapsesAt: number): Promise<void> {
    const { server, signal } = this.#options;
    const spec = { name: model.name, version: { value: model.version } };
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 2, MAX_POLL_MS)) {
      const channel = await server.channel(lapsesAt - performance.now(), signal);
      const found = await channel.status(spec, { timeoutMs: STATUS_TIMEOUT_MS, signal }).catch((error: unknown) => {
        if (asServingError(error).status === 'NOT_FOUND') return [];
        throw error;
      });
      const [version] = found;
      if (version?.state === modelStates.AVAILABLE) return;
      if (version?.state === modelStates.END) throw notLoaded(version.status?.error_message ?? refusal?.message ?? '');
      if (version === undefined && refusal !== null) throw refusal;
      if (performance.now() > lapsesAt) {
        // It holds every later configuration until it has loaded this one.
        await server.restart();
        throw new ServingError('DEADLINE_EXCEEDED', 'it was not loaded in time', false);
      }
      await pause(pollMs, signal);
    }
  }
}

function configOf(models: readonly ServedModel[]): object {
  const config = models.map(({ name, basePath, version }) => {
    const policy = { specific: { versions: [version] } };
    return { name, base_path: basePath, model_platform: 'tensorflow', model_version_policy: policy };
  });
  return { model_config_list: { config } };
}

function notLoaded(reason: string): ServingError {
  return new ServingError('FAILED_PRECONDITION', reason === '' ? 'it could not be loaded' : reason, false);
}

function asServingError(error: unknown): ServingError {
  if (error instanceof ServingError) return error;
  throw error;
}
