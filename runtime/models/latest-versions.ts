import type { HeldModel, Releasable } from './held-model.ts';
import { compareVersions, type ModelVersion } from './model-version.ts';

/** What `latest` of each model means now: a version keeps that place until a higher one is in memory. */
export class LatestVersions<M extends Releasable> {
  readonly #byName = new Map<string, HeldModel<M>>();
  readonly #changed: (name: string) => void;

  /** @param changed called when `latest` of a model means another version, or none */
  constructor(changed: (name: string) => void) {
    this.#changed = changed;
  }

  of(name: string): HeldModel<M> | null {
    return this.#byName.get(name) ?? null;
  }

  /** Whether the version would take the place of another. */
  isHigher({ name, version }: ModelVersion): boolean {
    const now = this.of(name);
    return now !== null && compareVersions(version, now.version.version) > 0;
  }

  /** Gives the place to what was loaded, where it is due; `mayBeFirst` where nothing else has it. */
  raise(held: HeldModel<M>, mayBeFirst: boolean): void {
    if (held.isRetired) return;
    const now = this.of(held.version.name);
    const isDue = now === null ? mayBeFirst : compareVersions(held.version.version, now.version.version) >= 0;
    if (!isDue || now === held) return;
    this.#byName.set(held.version.name, held);
    this.#changed(held.version.name);
  }

  /** Gives the place of what is no longer in memory to the highest of `others`. */
  lose(held: HeldModel<M>, others: readonly HeldModel<M>[]): void {
    const { name } = held.version;
    if (this.of(name) !== held) return;
    this.#byName.delete(name);
    this.#changed(name);
    for (const other of others) if (other.version.name === name) this.raise(other, true);
  }
}
