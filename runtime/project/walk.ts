import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { KnownError } from '../errors/known-error.ts';
import { MARKER } from '../state/claim.ts';
import { CONTEXT_MARKER } from './context-marker.ts';
import { isErrno, reasonOf } from './errno.ts';
import type { Exclusions } from './exclusions.ts';
import { isExported } from './export-mark.ts';

/** One file that a predictor sees. */
export interface ProjectFile {
  /** Relative to the project root, with `/`. */
  readonly path: string;
  /** Absolute: where its content is read from. */
  readonly source: string;
  readonly sizeBytes: number;
  /** The permission bits. */
  readonly mode: number;
}

interface WalkOptions {
  readonly root: string;
  readonly exclusions: Exclusions;
  /** The real path of a folder that is passed over. */
  readonly leaveOut: string;
}

interface Folder {
  /** Relative to the root; empty for the root itself. */
  readonly path: string;
  readonly source: string;
  /** The real paths of this folder and of those it was reached through. */
  readonly chain: readonly string[];
}

interface Walk extends WalkOptions {
  readonly files: ProjectFile[];
  readonly notices: string[];
  /** How often a link led to a folder, by its real path. */
  readonly visits: Map<string, number>;
}

/** Folders that link to one another without a cycle can be reached in exponentially many ways. */
const MAX_VISITS_BY_LINK = 64;

/** Collects the files below `root` that are not excluded. Links are followed; what vanishes meanwhile is passed over. */
export async function walk(options: WalkOptions): Promise<{ files: ProjectFile[]; notices: string[] }> {
  const state: Walk = { ...options, files: [], notices: [], visits: new Map() };
  const real = await realpath(options.root);
  await visitFolder(state, { path: '', source: options.root, chain: [real] });
  return { files: state.files, notices: state.notices };
}

async function visitFolder(state: Walk, folder: Folder): Promise<void> {
  const entries = await unlessGone(folder.source, readdir(folder.source, { withFileTypes: true }));
  // Another state folder than the one in use: it would be copied into that one, and so on in turn; so would a build context.
  if (folder.path !== '' && entries?.some(({ name }) => name === MARKER || name === CONTEXT_MARKER) === true) return;
  await Promise.all((entries ?? []).map((entry) => visitEntry(state, folder, entry)));
}

async function visitEntry(state: Walk, folder: Folder, entry: Dirent): Promise<void> {
  const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
  const source = join(folder.source, entry.name);
  // Before asking for more: an excluded entry may be unreadable, a socket or a dangling link without anybody being told.
  if (!entry.isSymbolicLink() && state.exclusions.exclusionOf(path, entry.isDirectory()) !== null) return;
  if (entry.isDirectory()) {
    await enter(state, { path, source, chain: [...folder.chain, join(folder.chain.at(-1) ?? source, entry.name)] });
    return;
  }
  const stats = await unlessGone(source, stat(source));
  if (stats === null) noticeMissing(state, path, entry);
  else await visitTarget(state, folder, { path, source, stats, isLink: entry.isSymbolicLink() });
}

interface Target {
  readonly path: string;
  readonly source: string;
  readonly stats: Stats;
  readonly isLink: boolean;
}

async function visitTarget(state: Walk, folder: Folder, { path, source, stats, isLink }: Target): Promise<void> {
  if (isLink && state.exclusions.exclusionOf(path, stats.isDirectory()) !== null) return;
  if (stats.isFile()) {
    // Else each export would change the images that it is about.
    if (await isExported(source)) return;
    state.files.push({ path, source, sizeBytes: stats.size, mode: stats.mode & 0o7777 });
  } else if (stats.isDirectory()) {
    const real = await realpath(source);
    if (mayFollow(state, folder, path, real)) await enter(state, { path, source, chain: [...folder.chain, real] });
  } else {
    state.notices.push(`${path} is not a regular file (a socket, FIFO or device) and is left out.`);
  }
}

async function enter(state: Walk, folder: Folder): Promise<void> {
  if (folder.chain.at(-1) !== state.leaveOut) await visitFolder(state, folder);
}

function mayFollow(state: Walk, folder: Folder, path: string, real: string): boolean {
  if (folder.chain.some((above) => above === real || above.startsWith(real === sep ? sep : real + sep))) {
    state.notices.push(`${path} is a link to a folder that it lies in and is left out.`);
    return false;
  }
  const visits = (state.visits.get(real) ?? 0) + 1;
  state.visits.set(real, visits);
  if (visits <= MAX_VISITS_BY_LINK) return true;
  state.notices.push(`${path} is left out: links lead to the same folder more than ${MAX_VISITS_BY_LINK} times.`);
  return false;
}

function noticeMissing(state: Walk, path: string, entry: Dirent): void {
  if (entry.isSymbolicLink()) {
    if (state.exclusions.exclusionOf(path, false) !== null) return;
    state.notices.push(`${path} is a link to something that does not exist and is left out.`);
  } else if (entry.name.includes('\ufffd')) {
    state.notices.push(`${path} is left out: its name is not UTF-8.`);
  }
}

async function unlessGone<T>(path: string, pending: Promise<T>): Promise<T | null> {
  try {
    return await pending;
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return null;
    throw KnownError.of('PONS_ERR_PROJECT_UNREADABLE', { path, reason: reasonOf(error) }, error);
  }
}
