/** One file at a location. Hidden ones, whose name or whose folder's name begins with a dot, are none. */
export interface FoundFile {
  /** Relative to the location, with `/`; its name where the location is a file. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Another one as soon as the content is: modification and change time and inode, or an ETag. */
  readonly stamp: string;
  /** Epoch ms. */
  readonly modifiedAt: number;
}

/** What was found at a location, at one look. */
export interface Listing {
  /** For a `file`, `files` are those that belong to it: it comes first. */
  readonly kind: 'nothing' | 'file' | 'folder';
  /** Sorted by path. */
  readonly files: readonly FoundFile[];
  /** Every folder that is not hidden, also an empty one. */
  readonly folders: readonly string[];
  /** What is neither a file nor a folder: pipes, sockets, devices. */
  readonly others: readonly string[];
}

export const NOTHING: Listing = { kind: 'nothing', files: [], folders: [], others: [] };

/** A listing of a folder, in order, with the folders that its files are in. */
export function folderListing(
  files: readonly FoundFile[],
  folders: Iterable<string> = [],
  others: readonly string[] = [],
): Listing {
  const all = new Set(folders);
  for (const { path } of files) for (const folder of foldersAbove(path)) all.add(folder);
  return {
    kind: 'folder',
    files: files.toSorted((one, other) => byCode(one.path, other.path)),
    folders: [...all].sort(),
    others,
  };
}

/** The part of a listing that is below one of its folders. */
export function below(listing: Listing, folder: string): Listing {
  const inside = (path: string): boolean => path.startsWith(`${folder}/`);
  const rest = (path: string): string => path.slice(folder.length + 1);
  return {
    kind: 'folder',
    files: listing.files.filter(({ path }) => inside(path)).map((file) => ({ ...file, path: rest(file.path) })),
    folders: listing.folders.filter(inside).map(rest),
    others: listing.others.filter(inside).map(rest),
  };
}

/** The folders directly in the listed one. */
export function topFolders(listing: Listing): string[] {
  return listing.folders.filter((folder) => !folder.includes('/'));
}

function foldersAbove(path: string): string[] {
  const segments = path.split('/').slice(0, -1);
  return segments.map((_, depth) => segments.slice(0, depth + 1).join('/'));
}

function byCode(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
