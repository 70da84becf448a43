import { constants } from 'node:fs';
import {
  chmod,
  chown,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import { KnownError } from '../errors/known-error.ts';
import { isAtOrBelow } from './below.ts';
import { copyChanging } from './copy-file.ts';
import { isErrno, reasonOf } from './errno.ts';
import type { ProjectFiles } from './files.ts';
import type { ProjectFile } from './walk.ts';

export interface StageOptions {
  readonly project: Pick<ProjectFiles, 'root' | 'files'>;
  readonly stateDir: string;
  /** Local model folders or files, relative to the root; they are linked to instead of copied. */
  readonly linkedModels: readonly string[];
}

/** A pristine copy of the files that a predictor may see. */
export interface Snapshot {
  readonly dir: string;
  /** The real paths of the folders that are, or hold, what is linked to, which a process needs too. */
  readonly linkedDirs: readonly string[];
  /** A sentence for each file that was gone when its turn came. */
  readonly notices: readonly string[];
}

const COPIES_AT_ONCE = 8;

/**
 * Copies the project's files to `<stateDir>/deployments/<unique>/project`, sharing disk blocks where the file system can.
 * Fails with `PONS_ERR_PROJECT_UNREADABLE`, `_DISK_FULL` or `_NOT_STAGED`, and then leaves nothing behind.
 */
export async function stageProject({ project, stateDir, linkedModels: written }: StageOptions): Promise<Snapshot> {
  const linkedModels = written.map((path) => posix.normalize(path).replace(/\/$/, ''));
  const deployment = await makeDeployment(resolve(stateDir));
  const dir = join(deployment, 'project');
  try {
    await mkdir(dir);
    const isLinked = (file: ProjectFile): boolean => linkedModels.some((model) => isAtOrBelow(file.path, model));
    const gone = await copyFiles(
      project.files.filter((file) => !isLinked(file)),
      dir,
    );
    const linkedDirs = await linkModels(project, linkedModels, dir);
    return { dir, linkedDirs, notices: gone.map((path) => `${path} was removed while the project was being copied.`) };
  } catch (error) {
    await rm(deployment, { recursive: true, force: true });
    throw asKnown(error, project.root, dir);
  }
}

/** Makes a copy of `snapshotDir` in `dir` (made if need be), for a process that cannot have an overlay. Links stay links. */
export async function copyView(snapshotDir: string, dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
    const entries = await readdir(snapshotDir, { withFileTypes: true });
    await inParallel(entries, async (entry) => {
      const [from, to] = [join(snapshotDir, entry.name), join(dir, entry.name)];
      if (entry.isDirectory()) await copyView(from, to);
      else if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
      else if (entry.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE);
    });
  } catch (error) {
    throw asKnown(error, snapshotDir, dir);
  }
}

/** Removes every deployment but those whose snapshot folders are in `keep`. What cannot be removed is left for the next time. */
export async function removeStaleDeployments(stateDir: string, keep: readonly string[]): Promise<void> {
  const deployments = join(stateDir, 'deployments');
  const names = await readdir(deployments).catch(() => []);
  const stale = names
    .map((name) => join(deployments, name))
    .filter((path) => !keep.some((dir) => isAtOrBelow(dir, path)));
  await Promise.all(
    stale.map((path) => rm(path, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined)),
  );
}

async function makeDeployment(stateDir: string): Promise<string> {
  const deployments = join(stateDir, 'deployments');
  try {
    await mkdir(deployments, { recursive: true });
    const deployment = await mkdtemp(join(deployments, `${new Date().toISOString().replace(/[:.]/g, '-')}-`));
    // A set-group-id folder above hands its group down, and a file whose group is not mapped cannot be written in a user namespace.
    await chown(deployment, process.geteuid?.() ?? -1, process.getegid?.() ?? -1);
    await chmod(deployment, 0o700);
    return deployment;
  } catch (error) {
    throw asKnown(error, 'The project', deployments);
  }
}

async function copyFiles(files: readonly ProjectFile[], dir: string): Promise<string[]> {
  const folders = new Set(files.map((file) => dirname(join(dir, file.path))));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const gone: string[] = [];
  await inParallel(files, async (file) => {
    if (!(await copyOne(file, join(dir, file.path)))) gone.push(file.path);
  });
  return gone.sort();
}

/** Whether the file was still there. */
async function copyOne(file: ProjectFile, target: string): Promise<boolean> {
  try {
    await copyChanging(file.source, target);
    // The predictor's own copy is writable, as it was in its container.
    await chmod(target, (file.mode & 0o777) | 0o600);
    return true;
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP')) return false;
    if (!isErrno(error, 'EACCES', 'EPERM')) throw error;
    throw KnownError.of('PONS_ERR_PROJECT_UNREADABLE', { path: file.source, reason: reasonOf(error) }, error);
  }
}

async function linkModels(project: StageOptions['project'], models: readonly string[], dir: string): Promise<string[]> {
  const linked: string[] = [];
  for (const model of new Set(models)) {
    const isVisible = project.files.some((file) => isAtOrBelow(file.path, model));
    const isCovered = models.some((other) => other !== model && isAtOrBelow(model, other));
    if (!isVisible || isCovered) continue;
    const target = await realpath(join(project.root, model));
    await mkdir(dirname(join(dir, model)), { recursive: true });
    await symlink(target, join(dir, model));
    linked.push((await stat(target)).isDirectory() ? target : dirname(target));
  }
  return linked;
}

/** After a failure nothing new is begun, and it is told only when nothing is under way any more. */
async function inParallel<T>(items: Iterable<T>, act: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items].values();
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of rest) {
      if (failures.length > 0) return;
      await act(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: COPIES_AT_ONCE }, worker));
  if (failures.length > 0) throw failures[0];
}

function asKnown(error: unknown, path: string, folder: string): unknown {
  if (error instanceof KnownError) return error;
  const reason = reasonOf(error);
  if (isErrno(error, 'ENOSPC', 'EDQUOT')) return KnownError.of('PONS_ERR_PROJECT_DISK_FULL', { folder, reason }, error);
  return KnownError.of('PONS_ERR_PROJECT_NOT_STAGED', { path, folder, reason }, error);
}
