import { setTimeout as pause } from 'node:timers/promises';
import { isKnownError } from '../../errors/known-error.ts';
import type { Logger } from '../../log/logger.ts';
import { ModelError } from '../model-error.ts';
import type { ModelTree } from '../model-tree.ts';
import { compareVersions, describeVersion, type LocalModel, type ModelVersion } from '../model-version.ts';
import { describeAtStart, describeProblem } from './problems.ts';
import { SettledVersions } from './settled.ts';
import { type Candidate, type Sight, shownOf, sightKey } from './sight.ts';

/** A source of models as the tree sees it. */
export interface WatchedSource {
  /** As cortex.yaml names it. */
  readonly shown: string;
  look(signal: AbortSignal): Promise<readonly Sight[]>;
  /** The absolute path of what to open, complete on this machine. Rejects with `KnownError`. */
  fetch(candidate: Candidate, signal: AbortSignal): Promise<string>;
  /** Epoch ms: when the copy that `fetch` has made was last of use; null where there is none. */
  copiedAt(candidate: Candidate): Promise<number | null>;
  discard(candidate: Candidate): Promise<void>;
  /** Uses nothing that was fetched any more. */
  close(): void;
}

interface Watch {
  readonly source: WatchedSource;
  readonly settled: SettledVersions;
  /** Why the last look failed; null where it did not. */
  failure: string | null;
}

export interface PolledTreeOptions {
  readonly isSingle: boolean;
  readonly configured: readonly string[];
  readonly sources: readonly { readonly source: WatchedSource; readonly sights: readonly Sight[] }[];
  readonly reloadIntervalMs: number;
  readonly logger: Logger;
}

/** A change is looked at again soon, since only what two looks see alike counts. */
const CONFIRM_MS = 2000;

/** Models that are looked at again and again. */
export class PolledTree implements ModelTree {
  readonly isSingle: boolean;
  readonly configured: readonly string[];
  readonly unlistedAt = null;
  models: ReadonlyMap<string, readonly ModelVersion[]>;
  readonly #watches: readonly Watch[];
  readonly #options: PolledTreeOptions;
  readonly #listeners = new Set<() => void>();
  readonly #ending = new AbortController();
  readonly #looking: Promise<void>;
  /** Where each version came from that has been fetched. */
  readonly #fetched = new Map<string, { readonly watch: Watch; readonly candidate: Candidate }>();
  readonly #fetching = new Map<string, Promise<LocalModel>>();

  constructor(options: PolledTreeOptions) {
    this.#options = options;
    this.isSingle = options.isSingle;
    this.configured = options.configured;
    this.#watches = options.sources.map(({ source, sights }) => {
      const settled = new SettledVersions();
      for (const problem of settled.begin(sights)) options.logger.error(describeAtStart(problem));
      return { source, settled, failure: null };
    });
    this.models = this.#gather();
    this.#looking = this.#lookOn();
  }

  fetch(version: ModelVersion): Promise<LocalModel> {
    const key = keyOf(version);
    const before = this.#fetching.get(key);
    if (before !== undefined) return before;
    const fetching = this.#fetch(version, key).finally(() => this.#fetching.delete(key));
    this.#fetching.set(key, fetching);
    return fetching;
  }

  async discard(version: ModelVersion): Promise<void> {
    const known = this.#fetched.get(keyOf(version));
    this.#fetched.delete(keyOf(version));
    await known?.watch.source.discard(known.candidate);
  }

  async copies(): Promise<readonly ModelVersion[]> {
    const all = this.#watches.flatMap((watch) => {
      return [...watch.settled.served.values()].map(async (candidate) => {
        const copiedAt = await watch.source.copiedAt(candidate);
        if (copiedAt !== null) this.#fetched.set(keyOf(candidate), { watch, candidate });
        return copiedAt === null ? [] : [{ candidate, copiedAt }];
      });
    });
    const copies = (await Promise.all(all)).flat().sort((one, other) => one.copiedAt - other.copiedAt);
    return copies.map(({ candidate }) => candidate);
  }

  onChanged(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  async close(): Promise<void> {
    this.#ending.abort(new Error('the models are closed'));
    await Promise.allSettled([this.#looking, ...this.#fetching.values()]);
    for (const { source } of this.#watches) source.close();
  }

  async #fetch(version: ModelVersion, key: string): Promise<LocalModel> {
    const { name, fingerprint, modifiedAt } = version;
    try {
      const found = this.#find(version);
      this.#fetched.set(key, found);
      const path = await found.watch.source.fetch(found.candidate, this.#ending.signal);
      return { name, version: version.version, fingerprint, modifiedAt, path, shown: shownOf(found.candidate, path) };
    } catch (error) {
      if (error instanceof ModelError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new ModelError('MODEL_UNUSABLE', `${describeVersion(version)} cannot be had: ${why}`, error);
    }
  }

  #find(version: ModelVersion): { watch: Watch; candidate: Candidate } {
    for (const watch of this.#watches) {
      const candidate = watch.settled.served.get(sightKey(version));
      if (candidate?.fingerprint === version.fingerprint) return { watch, candidate };
    }
    throw new ModelError('MODEL_UNUSABLE', `the files of ${describeVersion(version)} are others now`);
  }

  async #lookOn(): Promise<void> {
    const { reloadIntervalMs } = this.#options;
    const { signal } = this.#ending;
    let delay = reloadIntervalMs;
    while (!this.#isEnding()) {
      // Whoever waits for Pons to end waits for no look.
      await pause(delay, undefined, { signal, ref: false }).catch(() => undefined);
      delay = (await this.#look()) ? Math.min(CONFIRM_MS, reloadIntervalMs) : reloadIntervalMs;
    }
  }

  /** Whether another look is due soon. */
  async #look(): Promise<boolean> {
    if (this.#isEnding()) return false;
    const settled = await Promise.all(this.#watches.map((watch) => this.#lookAt(watch)));
    if (settled.some((one) => one.isChanged) && !this.#isEnding()) {
      this.models = this.#gather();
      for (const changed of this.#listeners) changed();
    }
    return settled.some((one) => one.isUnsettled);
  }

  async #lookAt(watch: Watch): Promise<{ isChanged: boolean; isUnsettled: boolean }> {
    const { logger } = this.#options;
    const { shown } = watch.source;
    try {
      const sights = await watch.source.look(this.#ending.signal);
      if (watch.failure !== null) logger.info(`The models at ${shown} can be looked at again.`);
      watch.failure = null;
      const settled = watch.settled.take(sights);
      const { problems, gone } = settled;
      for (const sight of problems) logger.error(describeProblem(sight, gone, [...watch.settled.served.values()]));
      return settled;
    } catch (error) {
      if (this.#isEnding()) return { isChanged: false, isUnsettled: false };
      const failure = isKnownError(error) ? error.message : String(error);
      if (watch.failure === null) {
        logger.warning(`The models at ${shown} cannot be looked at: ${failure} What is known of them stays.`);
      }
      watch.failure = failure;
      return { isChanged: false, isUnsettled: false };
    }
  }

  #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  #gather(): Map<string, readonly ModelVersion[]> {
    const all = this.#watches.flatMap(({ settled }) => [...settled.served.values()]);
    const byName = grouped(all);
    for (const [name, versions] of byName) {
      byName.set(
        name,
        versions.toSorted((one, other) => compareVersions(one.version, other.version)),
      );
    }
    return byName;
  }
}

function grouped(all: readonly ModelVersion[]): Map<string, readonly ModelVersion[]> {
  const byName = new Map<string, readonly ModelVersion[]>();
  for (const one of all) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  return byName;
}

function keyOf(version: ModelVersion): string {
  return `${sightKey(version)}/${version.fingerprint}`;
}
