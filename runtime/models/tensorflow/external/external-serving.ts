import { setMaxListeners } from 'node:events';
import type { Logger } from '../../../log/logger.ts';
import { clipped } from '../../clipped.ts';
import { ModelError } from '../../model-error.ts';
import { SINGLE_MODEL, titleOf, type LocalModel } from '../../model-version.ts';
import { untilAborted } from '../../until-aborted.ts';
import type { ServingAddress } from '../address.ts';
import { TensorflowModel } from '../model.ts';
import { DEFAULT_LIMITS, type CallLimits } from '../model-server.ts';
import { pause } from '../pause.ts';
import type { TensorflowServing } from '../serving.ts';
import { ExternalServer } from './external-server.ts';
import { ExternalTree, type Sight } from './external-tree.ts';
import type { ModelNames } from './server-names.ts';

export interface ExternalServingOptions {
  readonly address: ServingAddress;
  readonly models: readonly ModelNames[];
  /** Whether the API has one model, which needs no name. */
  readonly isSingle: boolean;
  /** The names of models that the server may have besides, some of them unknown; asked for at each look. null: it has `models` only. */
  readonly others: (() => Promise<readonly string[]>) | null;
  /** How often it is looked what the server has. */
  readonly reloadIntervalMs: number;
  /** The signature that the configuration names for a model; null: none. */
  readonly signatureKeyOf: (name: string) => string | null;
  readonly logger: Logger;
  readonly limits?: CallLimits;
  /** How long the server may answer nothing at all while it has calls. */
  readonly silenceMs?: number;
}

const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 1000;

/** The models of one API on a TensorFlow Serving that somebody else has started: which there are, and when others come, is decided there. */
export class ExternalServing implements TensorflowServing {
  readonly tree: ExternalTree;
  readonly #options: ExternalServingOptions;
  readonly #limits: CallLimits;
  readonly #closed: AbortController;
  readonly #server: ExternalServer;
  readonly #watching: Promise<void>;

  private constructor(
    options: ExternalServingOptions,
    closed: AbortController,
    server: ExternalServer,
    tree: ExternalTree,
  ) {
    this.#options = options;
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#closed = closed;
    this.#server = server;
    this.tree = tree;
    this.#watching = this.#watch();
  }

  /** Looks once whether there is a server and what it has, and warns of what is not there: that may come later. */
  static async open(options: ExternalServingOptions): Promise<ExternalServing> {
    const closed = new AbortController();
    setMaxListeners(0, closed.signal);
    const server = new ExternalServer(options.address, options.silenceMs);
    const { models, isSingle, logger } = options;
    const isOpen = options.others !== null;
    const tree = new ExternalTree({ server, models, isSingle, isOpen, signal: closed.signal });
    const [fault] = await Promise.all([server.fault(closed.signal), tree.lookAtAll()]);
    if (fault !== null)
      logger.warning(`no TensorFlow server answers on ${server.address} yet: ${fault}; calls wait for it`);
    const missing = tree.names.filter((name) => !tree.models.has(name)).map((name) => titleOf(name, null));
    if (missing.length > 0) {
      logger.warning(`${missing.join(', ')}: not available on ${server.address} yet; it is used as soon as it is`);
    }
    return new ExternalServing(options, closed, server, tree);
  }

  readonly load = (model: LocalModel): Promise<TensorflowModel> => {
    const { name, version } = model;
    const spec = { name: this.tree.serverNameOf(name), version: { value: version } };
    return TensorflowModel.open({
      served: { server: this.#server, name, version, spec },
      limits: this.#limits,
      signatureKey: this.#options.signatureKeyOf(name),
      diskPath: '',
      title: null,
      closed: this.#closed.signal,
      release: () => Promise.resolve(),
    });
  };

  async awaitModel(name: string | null, version: string, signal: AbortSignal): Promise<void> {
    const wanted = this.tree.isSingle ? SINGLE_MODEL : name;
    if (wanted === null || this.#has(wanted, version)) return;
    const isConfigured = this.tree.names.includes(wanted);
    const lapsesAt = performance.now() + this.#limits.retryMs;
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
      const sight = await untilAborted(this.tree.lookAt(wanted), signal);
      if (this.#has(wanted, version)) return;
      // A name that only the predictor has may well be wrong, as may a version beside others that are there.
      if (sight === 'available' || (sight === 'unknown' && !isConfigured)) return;
      if (performance.now() + delayMs > lapsesAt) throw this.#missing(wanted, version, sight);
      await pause(delayMs, signal);
      this.#closed.signal.throwIfAborted();
    }
  }

  async close(): Promise<void> {
    this.#closed.abort(new ModelError('MODEL_UNUSABLE', 'the models are no longer served'));
    await this.#watching;
    await this.tree.close();
    await this.#server.close();
  }

  #has(name: string, version: string): boolean {
    const versions = this.tree.models.get(name);
    return versions !== undefined && (version === 'latest' || versions.some((one) => one.version === version));
  }

  #missing(name: string, version: string, sight: Sight): ModelError {
    const title = titleOf(clipped(name), clipped(version));
    const seen: Record<Sight, string> = {
      available: 'AVAILABLE',
      'not ready': 'FAILED_PRECONDITION: it is not loaded there',
      unknown: 'NOT_FOUND: the server does not know it',
      'out of reach': 'UNAVAILABLE: the server does not answer',
    };
    const seconds = this.#limits.retryMs / 1000;
    const place = `on ${this.#server.address}`;
    return new ModelError('MODEL_UNUSABLE', `${title} ${place} was not available within ${seconds} s (${seen[sight]})`);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closed;
    const { others, reloadIntervalMs } = this.#options;
    for (;;) {
      // Behind the start, which one of them that cannot be used does not end: nobody has named it.
      if (others !== null) await this.tree.lookFor(await others());
      await pause(reloadIntervalMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.tree.lookAtAll();
    }
  }
}
