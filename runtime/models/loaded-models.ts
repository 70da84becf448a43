import type { Logger } from '../log/logger.ts';
import { type HandleListener, Handles, type Loaded } from './handles.ts';
import type { HeldModel, Releasable } from './held-model.ts';
import { describeBroken, describeFailure, describeFallback, type LoadFailure } from './load-failure.ts';
import { LatestVersions } from './latest-versions.ts';
import { Memory } from './memory.ts';
import { ModelError, modelChanged } from './model-error.ts';
import { listModels, type ModelListing } from './model-listing.ts';
import type { ModelTree } from './model-tree.ts';
import { describeVersion, type LocalModel, type ModelVersion } from './model-version.ts';
import { preload } from './preload.ts';
import { RemovedVersions } from './removed-versions.ts';
import { findVersion, LATEST, resolveRequest, versionsOf } from './request.ts';
import { Retries } from './retries.ts';

export interface LoadedModelsOptions<M extends Releasable> {
  readonly tree: ModelTree;
  readonly load: (model: LocalModel) => Promise<M>;
  /** How many versions may be in memory, and on disk where they were downloaded; null: all of them. */
  readonly cacheSize: number | null;
  readonly diskCacheSize: number | null;
  /** Whether a start fails by one broken version of a model, also where another one can be loaded. */
  readonly needsAll: boolean;
  readonly logger: Logger;
  /** Told of each handle, at once. */
  readonly handles?: HandleListener<M>;
}

/** The models of one API in memory: each loaded once for all processes, exchanged when its files are, and released after its last call. */
export class LoadedModels<M extends Releasable> {
  readonly #options: LoadedModelsOptions<M>;
  readonly #memory: Memory<M>;
  readonly #handles: Handles<M>;
  readonly #latest: LatestVersions<M>;
  readonly #removed: RemovedVersions<M>;
  readonly #stopListening: () => void;
  readonly #retries = new Retries();
  /** Whether the start is over, so that changes are news. */
  #isServing = false;
  #isClosed = false;

  constructor(options: LoadedModelsOptions<M>) {
    this.#options = options;
    this.#handles = new Handles(options.handles ?? null);
    this.#latest = new LatestVersions((name) => {
      this.#handles.withdraw({ name, version: LATEST });
    });
    this.#memory = new Memory({
      ...options,
      loaded: this.#onLoaded.bind(this),
      settled: this.#follow.bind(this),
      failed: this.#onFailed.bind(this),
      dropped: (held) => {
        this.#handles.forget(held);
        this.#latest.lose(held, options.cacheSize === null ? this.#memory.all() : []);
      },
    });
    this.#removed = new RemovedVersions({ ...options, memory: this.#memory, latest: this.#latest });
    this.#stopListening = options.tree.onChanged(this.#follow.bind(this));
  }

  /**
   * Loads all that has to be there from the start: every version, or none where there is a cache. Rejects with the first failure, a
   * `KnownError` of the area MODELS, while others may still be loaded: `close` waits for them. A broken version beside one that can be loaded is only said.
   */
  async preload(): Promise<void> {
    if (this.#options.cacheSize === null) {
      const broken = await preload({ ...this.#options, memory: this.#memory, isClosed: () => this.#isClosed });
      for (const { version, error } of broken) {
        const latest = this.#latest.of(version.name);
        if (latest !== null) this.#options.logger.error(describeBroken(error, latest.version.version));
      }
    }
    await this.#memory.recallCopies();
    this.#isServing = true;
    this.#follow();
  }

  /**
   * The model that these mean now, loaded where need be; calls at the same time load it once. `name` null is right where there is one model
   * without a name; `version` is `latest` or digits. Rejects with `ModelError`.
   */
  async describe(name: string | null, version: string): Promise<Loaded<M>> {
    const { tree } = this.#options;
    const request = resolveRequest(tree, name, version);
    let held: HeldModel<M>;
    do {
      if (this.#isClosed) throw new ModelError('MODEL_UNUSABLE', 'the models are released, since the API stops');
      held = await (request.version === LATEST
        ? this.#latestOf(request.name)
        : this.#memory.obtain(findVersion(tree, request)));
      // Its files may have vanished while it was loaded, or a newer version has come in between.
    } while (held.isRetired || (request.version === LATEST && this.#latest.of(request.name) !== held));
    held.promise();
    return { handle: this.#handles.of(request, held), version: held.version, model: held.model };
  }

  /** Runs `act`; the model is not released before that has settled. Rejects with `MODEL_CHANGED` where `handle` is no longer what its name and version mean. */
  async use<T>(handle: number, act: (model: M) => Promise<T>): Promise<T> {
    const given = this.#handles.find(handle);
    if (given === null) throw modelChanged();
    try {
      return await given.held.use(act);
    } finally {
      this.#memory.trimRest();
    }
  }

  /** What a handle stands for; null where that is nothing. */
  find(handle: number): M | null {
    return this.#handles.find(handle)?.held.model ?? null;
  }

  /** Every version that can be asked for, and of which it is not known that it cannot be loaded. */
  list(): ModelListing {
    return listModels(this.#options.tree, (version) => !this.#memory.lacks(version));
  }

  /** Releases all, and looks at the tree no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    this.#retries.clear();
    // First, so that downloads end.
    await this.#options.tree.close();
    await this.#memory.close();
  }

  /** The highest version that can be loaded. What was the latest before serves until that is in memory, but at the start, where that one has only come first. */
  async #latestOf(name: string): Promise<HeldModel<M>> {
    const failures: unknown[] = [];
    for (const version of versionsOf(this.#options.tree, name).toReversed()) {
      const before = this.#latest.of(name);
      if (this.#isServing && before !== null && this.#memory.find(name, version.version) === null) {
        this.#loadBehind(version);
        return before;
      }
      try {
        const held = await this.#memory.obtain(version);
        // What was the latest may have been released long after it was said that its newer files cannot be loaded.
        const isNews = failures.length > 0 && this.#latest.of(name) !== held;
        if (isNews) this.#options.logger.warning(describeFallback(held.version, failures[0]));
        this.#latest.raise(held, true);
        return this.#latest.of(name) ?? held;
      } catch (error) {
        failures.push(error);
      }
    }
    throw failures[0];
  }

  /** Loads and releases what has to be since the files of the models are others. */
  #follow(): void {
    // Until then the start loads them, a few at a time.
    if (this.#isClosed || !this.#isServing) return;
    const { tree, cacheSize } = this.#options;
    for (const version of [...tree.models.values()].flat()) {
      const held = this.#memory.find(version.name, version.version);
      const isDue = this.#latest.isHigher(version) || this.#removed.isHeir(version);
      const isWanted = cacheSize === null || held !== null || isDue;
      if (isWanted && held?.version.fingerprint !== version.fingerprint) this.#loadBehind(version);
    }
    this.#removed.drop();
    this.#memory.trim();
  }

  #loadBehind(version: ModelVersion): void {
    if (this.#memory.isLoading(version) || this.#memory.failureOf(version) !== null) return;
    // Whoever has to know was told by `failed`.
    this.#memory.load(version).catch(() => undefined);
  }

  #onLoaded(held: HeldModel<M>, before: HeldModel<M> | null): void {
    const what = before === null ? 'is loaded' : 'is loaded anew, since its files are others';
    if (this.#isServing) this.#options.logger.info(`${describeVersion(held.version)} ${what}.`);
    // With a cache, what was loaded is not the latest just because nothing else is there.
    this.#latest.raise(held, this.#options.cacheSize === null);
  }

  #onFailed(version: ModelVersion, failure: LoadFailure): void {
    // What was given up with the API is no failure.
    if (this.#isClosed) return;
    const before = this.#latest.of(version.name);
    const sentence = describeFailure(failure, before?.version.version ?? null);
    if (failure.times === 1 && this.#isServing) this.#options.logger.error(sentence);
    this.#retries.plan(failure.retryAt, this.#follow.bind(this));
    // Another version may have to take the place that this one was to take. A start that fails loads no others.
    this.#follow();
  }
}
