import type { BigIntStats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { KnownError } from '../../errors/known-error.ts';
import { folderListing, type FoundFile, type Listing, NOTHING } from './listing.ts';
import { errnoOf, reasonOf } from './reason.ts';

/** Lists a local folder or file; links are followed. Rejects with `PONS_ERR_MODELS_UNREADABLE`. */
export async function listLocal(path: string, shown: string): Promise<Listing> {
  try {
    const stats = await unlessGone(stat(path, { bigint: true }));
    if (stats === null) return NOTHING;
    if (stats.isDirectory()) return await listFolder(path);
    // A pipe would be read for ever.
    if (!stats.isFile()) throw new Error('it is neither a file nor a folder');
    return await listFile(path, stats);
  } catch (error) {
    throw KnownError.of('PONS_ERR_MODELS_UNREADABLE', { path: shown, reason: reasonOf(error) }, error);
  }
}

/** A file and what belongs to it: a model's external data is in files that begin with its name (`x.onnx.data`, `x.onnx_data`). */
async function listFile(path: string, stats: BigIntStats): Promise<Listing> {
  const name = basename(path);
  const names = (await readdir(dirname(path))).filter((other) => other.startsWith(name) && other !== name).sort();
  const others = await Promise.all(names.map((other) => foundAt(join(dirname(path), other), other)));
  return {
    kind: 'file',
    files: [found(name, stats), ...others.filter((file) => file !== null)],
    folders: [],
    others: [],
  };
}

async function listFolder(root: string): Promise<Listing> {
  const files: FoundFile[] = [];
  const folders: string[] = [];
  const others: string[] = [];
  const visit = async (folder: string, chain: readonly string[]): Promise<void> => {
    const names = (await unlessGone(readdir(join(root, folder)))) ?? [];
    await Promise.all(
      names
        .filter((name) => !name.startsWith('.'))
        .map(async (name) => {
          const path = folder === '' ? name : `${folder}/${name}`;
          const stats = await unlessGone(stat(join(root, path), { bigint: true }));
          if (stats === null) return;
          if (stats.isFile()) files.push(found(path, stats));
          else if (!stats.isDirectory()) others.push(path);
          if (!stats.isDirectory()) return;
          const real = await unlessGone(realpath(join(root, path)));
          // A link to a folder that it lies in would be walked for ever.
          if (real === null || chain.includes(real)) return;
          folders.push(path);
          await visit(path, [...chain, real]);
        }),
    );
  };
  await visit('', [await realpath(root)]);
  return folderListing(files, folders, others);
}

async function foundAt(path: string, name: string): Promise<FoundFile | null> {
  const stats = await unlessGone(stat(path, { bigint: true }));
  return stats?.isFile() === true ? found(name, stats) : null;
}

function found(path: string, stats: BigIntStats): FoundFile {
  return {
    path,
    sizeBytes: Number(stats.size),
    // The change time is nobody's to set: a file may be written over in place and get its old modification time back.
    stamp: `${stats.mtimeNs}/${stats.ctimeNs}/${stats.ino}`,
    modifiedAt: Number(stats.mtimeMs),
  };
}

/** null for what vanished since its name was read, and for a link to nothing. */
async function unlessGone<T>(pending: Promise<T>): Promise<T | null> {
  try {
    return await pending;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error))) return null;
    throw error;
  }
}
