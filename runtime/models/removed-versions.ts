import type { Logger } from '../log/logger.ts';
import type { HeldModel, Releasable } from './held-model.ts';
import type { LatestVersions } from './latest-versions.ts';
import type { Memory } from './memory.ts';
import type { ModelTree } from './model-tree.ts';
import { describeVersion, type ModelVersion } from './model-version.ts';

export interface RemovedVersionsOptions<M extends Releasable> {
  readonly tree: ModelTree;
  readonly memory: Memory<M>;
  readonly latest: LatestVersions<M>;
  readonly logger: Logger;
}

/**
 * Versions in memory whose files were removed. Nobody can ask for them any more; but what was the latest serves until its heir is in memory:
 * the highest version left that is there already, or may yet be loaded.
 */
export class RemovedVersions<M extends Releasable> {
  readonly #options: RemovedVersionsOptions<M>;
  /** Of which it was said that they have no heir. */
  readonly #lasting = new WeakSet<HeldModel<M>>();

  constructor(options: RemovedVersionsOptions<M>) {
    this.#options = options;
  }

  /** Whether the version is to take the place of a latest one that was removed. */
  isHeir({ name, version }: ModelVersion): boolean {
    const latest = this.#options.latest.of(name);
    return latest !== null && this.#isRemoved(latest) && this.#heirOf(name)?.version === version;
  }

  /** Takes those out of memory that nothing keeps there. */
  drop(): void {
    const { memory, logger } = this.#options;
    for (const held of memory.all().filter((one) => this.#isRemoved(one) && !this.#isToServe(one))) {
      logger.info(`${describeVersion(held.version)} is released: its files were removed.`);
      memory.drop(held);
    }
  }

  #isRemoved({ version }: HeldModel<M>): boolean {
    return !this.#left(version.name).some((one) => one.version === version.version);
  }

  #isToServe(held: HeldModel<M>): boolean {
    const { memory, latest } = this.#options;
    const { name } = held.version;
    if (this.#left(name).length === 0 || latest.of(name) !== held) return false;
    const heir = this.#heirOf(name);
    if (heir === null) this.#sayLasting(held);
    return heir === null || memory.find(name, heir.version) === null;
  }

  #heirOf(name: string): ModelVersion | null {
    const { memory } = this.#options;
    const mayServe = (one: ModelVersion) => memory.find(name, one.version) !== null || memory.failureOf(one) === null;
    return this.#left(name).findLast(mayServe) ?? null;
  }

  #left(name: string): readonly ModelVersion[] {
    return this.#options.tree.models.get(name) ?? [];
  }

  #sayLasting(held: HeldModel<M>): void {
    if (this.#lasting.has(held)) return;
    this.#lasting.add(held);
    const what = `${describeVersion(held.version)} goes on serving though its files were removed`;
    this.#options.logger.warning(`${what}, since no other version can be loaded.`);
  }
}
