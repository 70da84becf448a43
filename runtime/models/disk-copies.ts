import type { Logger } from '../log/logger.ts';
import type { ModelTree } from './model-tree.ts';
import { describeVersion, type ModelVersion } from './model-version.ts';

/** The versions that have a copy on the disk, the one used last at the end; those beyond a number of them are discarded. */
export class DiskCopies {
  readonly #tree: ModelTree;
  readonly #size: number | null;
  readonly #logger: Logger;
  #copies = new Map<string, ModelVersion>();

  constructor(tree: ModelTree, size: number | null, logger: Logger) {
    this.#tree = tree;
    this.#size = size;
    this.#logger = logger;
  }

  /** Counts what earlier starts have left; it was of use before anything that is noted now. */
  async recall(): Promise<void> {
    if (this.#size === null) return;
    const left = (await this.#tree.copies()).map((version) => [keyOf(version), version] as const);
    const noted = this.#copies;
    this.#copies = new Map([...left.filter(([key]) => !noted.has(key)), ...noted]);
  }

  /** Notes that a version is there and of use now. */
  note(version: ModelVersion): void {
    const key = keyOf(version);
    this.#copies.delete(key);
    this.#copies.set(key, version);
  }

  /** Discards those beyond the number, and those that can no longer be asked for; never one that is in use. */
  trim(isInUse: (version: ModelVersion) => boolean): void {
    for (const version of this.#copies.values()) {
      if (isInUse(version)) continue;
      const isStale = !(this.#tree.models.get(version.name) ?? []).some((one) => keyOf(one) === keyOf(version));
      if (isStale || (this.#size !== null && this.#copies.size > this.#size)) this.#discard(version);
    }
  }

  #discard(version: ModelVersion): void {
    this.#copies.delete(keyOf(version));
    this.#tree.discard(version).catch((error: unknown) => {
      this.#logger.warning(`${describeVersion(version)} could not be removed from the disk: ${String(error)}`);
    });
  }
}

export function keyOf({ name, version, fingerprint }: ModelVersion): string {
  return `${name}/${version}/${fingerprint}`;
}
