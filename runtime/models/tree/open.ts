import type { ModelSource, ModelsSpec } from '../../config/spec.ts';
import { isKnownError } from '../../errors/known-error.ts';
import type { Logger } from '../../log/logger.ts';
import type { ModelTree } from '../model-tree.ts';
import { SINGLE_MODEL } from '../model-version.ts';
import type { ModelType } from './format.ts';
import { watchLocal } from './local-source.ts';
import { resolveLocation } from './location.ts';
import type { Source } from './look.ts';
import { PolledTree, type WatchedSource } from './polled-tree.ts';
import { problemsError } from './problems.ts';
import type { Sight } from './sight.ts';

export interface OpenModelTreeOptions {
  readonly models: ModelsSpec;
  readonly type: ModelType;
  /** Absolute: what local locations are relative to. */
  readonly projectRoot: string;
  /** Absolute: downloads are kept in its folder `models`. */
  readonly stateDir: string;
  /** The AWS variables of the project; they go before those of Pons's own environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly reloadIntervalMs: number;
  /** Whether a version whose files are not laid out as they must be is an error also where another one of its model is good. */
  readonly needsAll: boolean;
  readonly logger: Logger;
  /** Takes a sentence for people now and then while a download is under way. */
  readonly say: (line: string) => void;
  /** Ends the first look. */
  readonly signal: AbortSignal;
}

/**
 * Looks at the models of one API for the first time. Rejects with a `KnownError` of the area MODELS that tells all that keeps models from being served, or
 * with the signal's reason. To be closed.
 */
export async function openModelTree(options: OpenModelTreeOptions): Promise<ModelTree> {
  const watched = await watchAll(sourcesOf(options.models.source, options.projectRoot), options);
  try {
    return await firstLook(watched, options);
  } catch (error) {
    for (const source of watched) source.close();
    throw error;
  }
}

async function firstLook(watched: readonly WatchedSource[], options: OpenModelTreeOptions): Promise<ModelTree> {
  const { models, needsAll, signal, reloadIntervalMs, logger } = options;
  const looks = await Promise.allSettled(watched.map((source) => source.look(signal)));
  signal.throwIfAborted();
  const errors = looks.flatMap((look) => (look.status === 'rejected' ? [look.reason as unknown] : []));
  const unknown = errors.find((error) => !isKnownError(error));
  if (unknown !== undefined) throw unknown as Error;
  const seen = looks.map((look) => (look.status === 'fulfilled' ? look.value : []));
  const good = new Set(seen.flat().flatMap(({ name, candidate }) => (candidate === null ? [] : [name])));
  const mayFail = ({ name, version }: Sight): boolean => !needsAll && version !== null && good.has(name);
  const wrong = seen.flat().filter((sight) => !mayFail(sight));
  const problems = wrong.flatMap(({ problem }) => (problem === null ? [] : [problem]));
  const failure = problemsError(problems, errors.filter(isKnownError));
  if (failure !== null) throw failure;
  const sources = watched.map((source, at) => ({ source, sights: seen[at] ?? [] }));
  const isSingle = models.source.kind === 'path';
  const configured = models.source.kind === 'paths' ? models.source.paths.map(({ name }) => name) : [];
  return new PolledTree({ isSingle, configured, sources, reloadIntervalMs, logger });
}

function sourcesOf(source: ModelSource, projectRoot: string): Source[] {
  const at = (name: string | null, path: string): Source => ({ name, location: resolveLocation(path, projectRoot) });
  switch (source.kind) {
    case 'path':
      return [at(SINGLE_MODEL, source.path)];
    case 'paths':
      return source.paths.map(({ name, path }) => at(name, path));
    case 'dir':
      return [at(null, source.dir)];
  }
}

async function watchAll(sources: readonly Source[], options: OpenModelTreeOptions): Promise<WatchedSource[]> {
  const isRemote = sources.some(({ location }) => location.kind === 's3');
  // The S3 client is large: projects without a bucket do not load it.
  const watchS3 = isRemote ? await (await import('./s3/source.ts')).openS3(options) : null;
  return sources.map((source) => watchS3?.(source) ?? watchLocal(options.type, source));
}
