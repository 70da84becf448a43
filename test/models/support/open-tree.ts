import type { ModelSource } from '../../../runtime/config/spec.ts';
import type { Logger } from '../../../runtime/log/logger.ts';
import type { ModelTree } from '../../../runtime/models/model-tree.ts';
import { openModelTree } from '../../../runtime/models/tree/open.ts';
import { deadline } from '../../support/deadline.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

export interface TreeSettings {
  readonly source: ModelSource;
  readonly type?: 'onnx' | 'tensorflow';
  readonly projectRoot?: string;
  readonly stateDir?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Short by default, so that a change is seen soon. */
  readonly reloadIntervalMs?: number;
  /** As for a check. */
  readonly needsAll?: boolean;
  readonly logged?: string[];
  readonly said?: string[];
  readonly signal?: AbortSignal;
}

/** Opens the tree of these models; to be closed. */
export function openTree(settings: TreeSettings): Promise<ModelTree> {
  const { source, type = 'onnx', projectRoot = makeTempDir(), stateDir = makeTempDir(), logged = [] } = settings;
  const {
    environment = {},
    reloadIntervalMs = 40,
    needsAll = false,
    said = [],
    signal = new AbortController().signal,
  } = settings;
  const models = {
    source,
    signatureKey: null,
    cacheSize: null,
    diskCacheSize: null,
    reloadIntervalMs,
    executionProvider: 'cpu' as const,
  };
  const say = (line: string) => void said.push(line);
  const logger = listLogger(logged);
  const places = { projectRoot, stateDir, environment };
  return openModelTree({ models, type, ...places, reloadIntervalMs, needsAll, logger, say, signal });
}

/** Opens a tree for `act`, and closes it afterwards. */
export async function withTree(settings: TreeSettings, act: (tree: ModelTree) => Promise<unknown>): Promise<void> {
  const tree = await openTree(settings);
  try {
    await act(tree);
  } finally {
    await tree.close();
  }
}

/** A logger that appends `level: message` to a list. */
export function listLogger(logged: string[]): Logger {
  const logger: Logger = {
    info: (message) => void logged.push(`info: ${message}`),
    warning: (message) => void logged.push(`warning: ${message}`),
    error: (message) => void logged.push(`error: ${message}`),
    labelled: () => logger,
    raw: () => true,
    onceDrained: () => undefined,
  };
  return logger;
}

/** Every version of the tree as `name/version`. */
export function versionsIn(tree: ModelTree): string[] {
  return [...tree.models].flatMap(([name, versions]) => versions.map(({ version }) => `${name}/${version}`));
}

/** Resolves when `fits` holds after a change of the tree, or holds already. */
export async function untilTree(tree: ModelTree, what: string, fits: () => boolean): Promise<void> {
  let stop = (): void => undefined;
  const change = new Promise<void>((resolve) => {
    stop = tree.onChanged(() => {
      if (fits()) resolve();
    });
    if (fits()) resolve();
  });
  try {
    await deadline(60_000, change, what);
  } finally {
    stop();
  }
}
