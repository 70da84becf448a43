import type { Logger } from '../log/logger.ts';
import { DiskCopies, keyOf } from './disk-copies.ts';
import { HeldModel, PROMISE_MS, type Releasable } from './held-model.ts';
import { type LoadFailure, loadFailure } from './load-failure.ts';
import type { ModelTree } from './model-tree.ts';
import type { LocalModel, ModelVersion } from './model-version.ts';

export interface MemoryOptions<M extends Releasable> {
  readonly tree: ModelTree;
  readonly load: (model: LocalModel) => Promise<M>;
  readonly cacheSize: number | null;
  readonly diskCacheSize: number | null;
  readonly logger: Logger;
  /** A version is in memory now; `before` is what was there for it, which is dropped next. Not to throw. */
  readonly loaded: (held: HeldModel<M>, before: HeldModel<M> | null) => void;
  /** What came of a load is as it will stay. Not to throw. */
  readonly settled: () => void;
  /** A version could not be loaded. Not to throw. */
  readonly failed: (version: ModelVersion, failure: LoadFailure) => void;
  /** One was taken out of memory. */
  readonly dropped: (held: HeldModel<M>) => void;
}

/** What is known of one version, by its name and number: its files may be others after a while. */
interface Place<M extends Releasable> {
  held: HeldModel<M> | null;
  loading: Promise<HeldModel<M>> | null;
  failure: LoadFailure | null;
}

/** The versions that are in memory. Each is loaded once at a time, however many ask for it. */
export class Memory<M extends Releasable> {
  readonly #options: MemoryOptions<M>;
  readonly #places = new Map<string, Place<M>>();
  readonly #releasing = new Map<HeldModel<M>, Promise<void>>();
  readonly #disk: DiskCopies;
  /** Set while more is in memory than there should be, since all of it is about to be called. */
  #overfull: NodeJS.Timeout | null = null;

  constructor(options: MemoryOptions<M>) {
    this.#options = options;
    this.#disk = new DiskCopies(options.tree, options.diskCacheSize, options.logger);
  }

  /** What is in memory for the version, if from older files perhaps; null where there is nothing. */
  find(name: string, version: string): HeldModel<M> | null {
    return this.#places.get(`${name}/${version}`)?.held ?? null;
  }

  all(): HeldModel<M>[] {
    return [...this.#places.values()].flatMap(({ held }) => (held === null ? [] : [held]));
  }

  isLoading({ name, version }: ModelVersion): boolean {
    return (this.#places.get(`${name}/${version}`)?.loading ?? null) !== null;
  }

  /** Why these files of the version were not loaded, as long as they are not to be tried again. */
  failureOf({ name, version, fingerprint }: ModelVersion): LoadFailure | null {
    const failure = this.#places.get(`${name}/${version}`)?.failure ?? null;
    return failure?.fingerprint === fingerprint && performance.now() < failure.retryAt ? failure : null;
  }

  /** Whether nothing is in memory for the version, since these files of it could not be loaded when that was last tried. */
  lacks({ name, version, fingerprint }: ModelVersion): boolean {
    const place = this.#places.get(`${name}/${version}`);
    return place?.held === null && place.failure?.fingerprint === fingerprint;
  }

  /** What is in memory for the version, loaded where there is nothing. Rejects with `ModelError`, that of `failureOf` where there is one. */
  obtain(version: ModelVersion): Promise<HeldModel<M>> {
    const held = this.find(version.name, version.version);
    if (held !== null) return Promise.resolve(held);
    const failure = this.failureOf(version);
    return failure === null ? this.load(version) : Promise.reject(failure.error);
  }

  /** Loads the version beside what is in memory for it, unless that goes on already. Rejects with `ModelError`. */
  load(version: ModelVersion): Promise<HeldModel<M>> {
    const place = this.#placeOf(version);
    place.loading ??= this.#load(version, place);
    return place.loading;
  }

  /** Takes a version out of memory; it is released after its last call. */
  drop(held: HeldModel<M>): void {
    const place = this.#placeOf(held.version);
    if (place.held === held) place.held = null;
    this.#options.dropped(held);
    this.#disk.note(held.version);
    const released = held.retire().then(() => {
      this.#releasing.delete(held);
      this.#trimDisk();
    });
    this.#releasing.set(held, released);
  }

  /** Counts the copies on the disk of earlier starts too, and discards those that are too many. */
  async recallCopies(): Promise<void> {
    await this.#disk.recall();
    this.#trimDisk();
  }

  /** Releases what was used least recently, beyond the size of the cache, and discards likewise from the disk. */
  trim(): void {
    this.#makeRoom(false, null);
    this.#trimDisk();
  }

  /** Does what `trim` had to leave because of calls to come; cheap where that is nothing. */
  trimRest(): void {
    if (this.#overfull !== null) this.trim();
  }

  /** Resolves when nothing is loaded or released any more, and nothing is in memory. */
  async close(): Promise<void> {
    if (this.#overfull !== null) clearTimeout(this.#overfull);
    await Promise.allSettled([...this.#places.values()].flatMap(({ loading }) => (loading === null ? [] : [loading])));
    for (const held of this.all()) this.drop(held);
    await Promise.all(this.#releasing.values());
  }

  async #load(version: ModelVersion, place: Place<M>): Promise<HeldModel<M>> {
    const { tree, load, logger, loaded, settled, failed } = this.#options;
    // What is loaded beside its own earlier files or versions waits for no room: those go on serving until it is ready.
    if (place.held === null) this.#makeRoom(true, version.name);
    try {
      const local = await tree.fetch(version);
      this.#disk.note(version);
      const held = new HeldModel(version, await load(local), logger);
      const before = place.held;
      Object.assign(place, { held, loading: null, failure: null });
      loaded(held, before);
      if (before !== null) this.drop(before);
      settled();
      this.trim();
      return held;
    } catch (error) {
      place.failure = loadFailure(version, error, place.failure);
      place.loading = null;
      failed(version, place.failure);
      this.#trimDisk();
      throw place.failure.error;
    }
  }

  #makeRoom(isForOne: boolean, butNot: string | null): void {
    const { cacheSize } = this.#options;
    if (cacheSize === null) return;
    const held = this.all();
    const loading = [...this.#places.values()].filter((place) => place.loading !== null && place.held === null);
    const candidates = held
      .filter((one) => one.version.name !== butNot && !one.isPromised)
      .sort((one, other) => one.lastUse - other.lastUse);
    const coming = isForOne ? loading.length + 1 : 0;
    const tooMany = held.length + coming - cacheSize;
    for (const one of candidates.slice(0, Math.max(0, tooMany))) this.drop(one);
    if (this.#overfull !== null) clearTimeout(this.#overfull);
    const again = (): void => {
      this.trim();
    };
    this.#overfull = tooMany > candidates.length ? setTimeout(again, PROMISE_MS).unref() : null;
  }

  #trimDisk(): void {
    const inUse = new Set([...this.all(), ...this.#releasing.keys()].map((held) => keyOf(held.version)));
    this.#disk.trim((version) => inUse.has(keyOf(version)) || this.isLoading(version));
  }

  #placeOf({ name, version }: ModelVersion): Place<M> {
    const key = `${name}/${version}`;
    const place = this.#places.get(key) ?? { held: null, loading: null, failure: null };
    this.#places.set(key, place);
    return place;
  }
}
