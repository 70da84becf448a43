import { statSync, type Stats } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { readExclusions, type Exclusions } from './exclusions.ts';
import { walk, type ProjectFile } from './walk.ts';

export interface ProjectFiles {
  readonly root: string;
  /** Sorted by path. */
  readonly files: readonly ProjectFile[];
  /** A sentence for each thing that was passed over and that the user may miss. */
  readonly notices: readonly string[];
  /** What keeps an existing `path` (relative to the root) from the predictor, in words that follow "is excluded by"; else null. */
  readonly whyExcluded: (path: string) => string | null;
}

export interface ListOptions {
  readonly root: string;
  readonly configFile: string;
  /** Absolute; never part of the project, also where it lies inside under an ordinary name. */
  readonly stateDir: string;
}

/** Lists the files of a project that a predictor sees. Fails with `PONS_ERR_PROJECT_UNREADABLE` for a folder that cannot be listed. */
export async function listProjectFiles({ root, configFile, stateDir }: ListOptions): Promise<ProjectFiles> {
  const exclusions = await readExclusions(root, relative(root, configFile));
  const realStateDir = await realpath(stateDir).catch(() => stateDir);
  const { files, notices } = await walk({ root, exclusions, leaveOut: realStateDir });
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { root, files, notices: notices.sort(), whyExcluded: (path) => whyExcluded(root, exclusions, path) };
}

function whyExcluded(root: string, exclusions: Exclusions, written: string): string | null {
  const path = posix.normalize(written).replace(/\/$/, '');
  if (path === '.' || path.startsWith('..') || posix.isAbsolute(path)) return null;
  const stats = statOf(join(root, path));
  if (stats === null) return null;
  const names = path.split('/');
  for (let depth = 1; depth <= names.length; depth += 1) {
    const isFolder = depth < names.length || stats.isDirectory();
    const exclusion = exclusions.exclusionOf(names.slice(0, depth).join('/'), isFolder);
    if (exclusion !== null) return exclusion;
  }
  return null;
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
