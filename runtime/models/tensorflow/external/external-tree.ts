import type { LocalModel, ModelVersion } from '../../model-version.ts';
import type { ModelTree } from '../../model-tree.ts';
import { modelStates, type VersionStatus } from '../channel.ts';
import { STATUS_TIMEOUT_MS, type ModelServer } from '../model-server.ts';
import { ServingError } from '../serving-status.ts';
import type { ModelNames } from './server-names.ts';

export interface ExternalTreeOptions {
  readonly server: ModelServer;
  readonly models: readonly ModelNames[];
  readonly isSingle: boolean;
  /** Whether the server may have others than `models`. */
  readonly isOpen: boolean;
  /** Ends every look. */
  readonly signal: AbortSignal;
}

/** What a look at one model has shown. */
export type Sight = 'available' | 'not ready' | 'unknown' | 'out of reach';

/** The versions that an external server has available, by the names that predictors have for the models. */
export class ExternalTree implements ModelTree {
  readonly isSingle: boolean;
  /** What the server does not have may come, so that it is none of which nothing is left. */
  readonly configured: readonly string[] = [];
  readonly unlistedAt: string | null;
  readonly #options: ExternalTreeOptions;
  readonly #names: Map<string, ModelNames>;
  readonly #models = new Map<string, readonly ModelVersion[]>();
  readonly #serverNames = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  #appearances = 0;

  constructor(options: ExternalTreeOptions) {
    this.#options = options;
    this.isSingle = options.isSingle;
    this.unlistedAt = options.isOpen ? options.server.address : null;
    this.#names = new Map(options.models.map((one) => [one.name, one]));
  }

  get models(): ReadonlyMap<string, readonly ModelVersion[]> {
    return this.#models;
  }

  /** Every model that is looked for. */
  get names(): readonly string[] {
    return [...this.#names.keys()];
  }

  /** What the server calls a model that it has, or had. */
  serverNameOf(name: string): string {
    return this.#serverNames.get(name) ?? name;
  }

  /** Looks at all models. Never rejects; what is out of reach is left as it was. */
  async lookAtAll(): Promise<void> {
    for (const name of this.names) if ((await this.lookAt(name)) === 'out of reach') return;
  }

  /** Looks at those of these models that were not found before. Never rejects. */
  async lookFor(names: readonly string[]): Promise<void> {
    for (const name of names) if (!this.#names.has(name) && (await this.lookAt(name)) === 'out of reach') return;
  }

  /** Looks at one model, also at one that was not looked for before. Never rejects. */
  async lookAt(name: string): Promise<Sight> {
    const { serverNames } = this.#names.get(name) ?? { serverNames: [name] };
    for (const serverName of serverNames) {
      const found = await this.#statusOf(serverName);
      if (found === null) return 'out of reach';
      if (found.length === 0) continue;
      this.#serverNames.set(name, serverName);
      this.#names.set(name, { name, serverNames });
      const available = found.filter(({ state }) => state === modelStates.AVAILABLE).map(({ version }) => version);
      this.#note(name, available);
      return available.length > 0 ? 'available' : 'not ready';
    }
    this.#note(name, []);
    return 'unknown';
  }

  fetch(version: ModelVersion): Promise<LocalModel> {
    return Promise.resolve({ ...version, path: '', shown: '' });
  }

  async discard(): Promise<void> {
    // There is no copy.
  }

  copies(): Promise<readonly ModelVersion[]> {
    return Promise.resolve([]);
  }

  onChanged(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => {
      this.#listeners.delete(changed);
    };
  }

  close(): Promise<void> {
    this.#listeners.clear();
    return Promise.resolve();
  }

  /** Empty where the server does not know the model, null where nobody answers. */
  async #statusOf(name: string): Promise<readonly VersionStatus[] | null> {
    const { server, signal } = this.#options;
    try {
      const channel = await server.channel(0, signal);
      return await channel.status({ name }, { timeoutMs: STATUS_TIMEOUT_MS, signal });
    } catch (error) {
      return error instanceof ServingError && error.status === 'NOT_FOUND' ? [] : null;
    }
  }

  #note(name: string, available: readonly string[]): void {
    const before = this.#models.get(name) ?? [];
    const known = new Map(before.map((one) => [one.version, one]));
    const after = [...available]
      .sort((one, other) => (BigInt(one) < BigInt(other) ? -1 : 1))
      .map((version) => known.get(version) ?? this.#appeared(name, version));
    if (after.length === before.length && after.every((one, index) => one === before[index])) return;
    if (after.length > 0) this.#models.set(name, after);
    else this.#models.delete(name);
    for (const changed of this.#listeners) changed();
  }

  /** A version that comes back may be another model: the server tells nothing of its files. */
  #appeared(name: string, version: string): ModelVersion {
    this.#appearances += 1;
    return { name, version, fingerprint: `appearance ${this.#appearances}`, modifiedAt: Date.now() };
  }
}
