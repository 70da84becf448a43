import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isUsed } from './version-store.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const KEPT_MS = 7 * DAY_MS;

export interface StoreFolders {
  readonly versions: string;
  readonly objects: string;
  readonly checksums: string;
}

const swept = new Set<string>();

/** Removes what no start has used for a week, and what a killed Pons left half made. Once for each folder in this process. */
export async function sweep({ versions, objects, checksums }: StoreFolders): Promise<void> {
  if (swept.has(versions)) return;
  swept.add(versions);
  for (const name of await readdir(versions).catch(() => [])) {
    const path = join(versions, name);
    const isStale = name.endsWith('.draft') || (!isUsed(path) && (await isOld(path)));
    if (isStale) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
  for (const name of await readdir(objects).catch(() => [])) {
    const path = join(objects, name);
    const links = await lstat(path).then(
      ({ nlink }) => nlink,
      () => 0,
    );
    if (links === 1 && (await isOld(path))) await rm(path, { force: true }).catch(() => undefined);
  }
  const left = new Set((await readdir(objects).catch(() => [])).map((name) => name.replace(/\.part$/, '')));
  for (const name of await readdir(checksums).catch(() => [])) {
    if (!left.has(name)) await rm(join(checksums, name), { force: true }).catch(() => undefined);
  }
}

async function isOld(path: string): Promise<boolean> {
  const changedAt = await lstat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Infinity,
  );
  return Date.now() - changedAt > KEPT_MS;
}
