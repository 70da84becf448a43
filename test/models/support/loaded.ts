import { readFileSync } from 'node:fs';
import { loadError } from '../../../runtime/models/load-failure.ts';
import { LoadedModels } from '../../../runtime/models/loaded-models.ts';
import type { ModelTree } from '../../../runtime/models/model-tree.ts';
import { describeVersion, type LocalModel, type ModelVersion } from '../../../runtime/models/model-version.ts';
import { deadline } from '../../support/deadline.ts';
import { listLogger, openTree, type TreeSettings } from './open-tree.ts';

/** What stands for a loaded model: the content of its file. `broken` cannot be loaded. */
export interface Content {
  readonly content: string;
  readonly version: string;
  release(): Promise<void>;
}

export interface Bench {
  readonly tree: ModelTree;
  readonly models: LoadedModels<Content>;
  /** `name/version: content` of each, in the order in which it happened. */
  readonly loaded: string[];
  readonly released: string[];
  readonly discarded: string[];
  readonly logged: string[];
  /** Loads of this content wait until what is returned is called. */
  hold(content: string): () => void;
  /** The next fetches fail. */
  failingFetches: number;
  /** The next loads of complete files fail, for a reason that lies elsewhere. */
  failingLoads: number;
  /** What is called is in memory when it resolves. */
  until(what: string, fits: () => boolean): Promise<void>;
}

interface Settings extends Pick<TreeSettings, 'source' | 'projectRoot' | 'stateDir' | 'environment' | 'needsAll'> {
  readonly cacheSize?: number;
  readonly diskCacheSize?: number;
}

/** Opens the models of a project's tree for `act`. */
export async function withModels(settings: Settings, act: (bench: Bench) => Promise<void>): Promise<void> {
  const logged: string[] = [];
  const { cacheSize = null, diskCacheSize = null, needsAll = false } = settings;
  const real = await openTree({ ...settings, logged });
  const [loaded, released, discarded] = [[], [], []] as [string[], string[], string[]];
  const held = new Map<string, Promise<void>>();
  const openers: (() => void)[] = [];
  const load = async (model: LocalModel): Promise<Content> => {
    const content = readFileSync(model.path, 'utf8');
    const what = `${nameOf(model)}: ${content}`;
    loaded.push(what);
    await held.get(content);
    if (bench.failingLoads > 0) {
      bench.failingLoads -= 1;
      throw new Error('the server is asleep');
    }
    if (content.startsWith('broken')) {
      throw loadError('PONS_ERR_MODELS_NOT_LOADED', `${describeVersion(model)} cannot be loaded: it is ${content}`);
    }
    return { content, version: model.version, release: () => Promise.resolve(void released.push(what)) };
  };
  const tree = recording(real, () => bench, discarded);
  const logger = listLogger(logged);
  const models = new LoadedModels<Content>({ tree, load, cacheSize, diskCacheSize, needsAll, logger });
  const bench: Bench = {
    tree,
    models,
    loaded,
    released,
    discarded,
    logged,
    failingFetches: 0,
    failingLoads: 0,
    hold: (content) => {
      let open = (): void => undefined;
      held.set(content, new Promise((resolve) => (open = resolve)));
      openers.push(open);
      return open;
    },
    until: (what, fits) => deadline(60_000, turnsUntil(fits), what),
  };
  try {
    await act(bench);
  } finally {
    // Closing waits for loads: a test that fails before it lets them go on would never end.
    for (const open of openers) open();
    await models.close();
    await real.close();
  }
}

/** Describes and calls a model: what it answers. */
export async function call({ models }: Bench, name: string | null, version = 'latest'): Promise<string> {
  const { handle } = await models.describe(name, version);
  return models.use(handle, (model) => Promise.resolve(`${model.version}: ${model.content}`));
}

/** The real tree, with what is discarded noted, and fetches that fail when that is asked for. */
function recording(tree: ModelTree, bench: () => Bench, discarded: string[]): ModelTree {
  return {
    isSingle: tree.isSingle,
    configured: tree.configured,
    unlistedAt: tree.unlistedAt,
    get models() {
      return tree.models;
    },
    fetch: async (version) => {
      if (bench().failingFetches === 0) return tree.fetch(version);
      bench().failingFetches -= 1;
      throw new Error('the bucket is asleep');
    },
    discard: async (version) => {
      discarded.push(nameOf(version));
      await tree.discard(version);
    },
    copies: () => tree.copies(),
    onChanged: (changed) => tree.onChanged(changed),
    close: () => tree.close(),
  };
}

function nameOf({ name, version }: ModelVersion): string {
  return `${name}/${version}`;
}

async function turnsUntil(fits: () => boolean): Promise<void> {
  while (!fits()) await new Promise((resolve) => setTimeout(resolve, 5));
}
