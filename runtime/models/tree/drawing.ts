import type { ModelFormat } from './format.ts';
import { folderListing, type Listing } from './listing.ts';

const MAX_LINES = 16;

type Branch = Map<string, Branch>;

/** A listing as people draw one, with the name of its place on top. */
export function draw(root: string, listing: Listing): string[] {
  if (listing.kind === 'file') return [root];
  const top: Branch = new Map();
  const files = listing.files.map((file) => file.path);
  for (const path of [...listing.folders.map((folder) => `${folder}/`), ...files, ...listing.others]) {
    grow(top, path);
  }
  const lines = [`${root.replace(/\/+$/, '')}/`, ...(top.size === 0 ? ['    (empty)'] : branchLines(top, ''))];
  const more = lines.length - MAX_LINES;
  return more > 0 ? [...lines.slice(0, MAX_LINES), `... and ${more} more`] : lines;
}

/** Two drawings side by side, the first of what should be. */
export function beside(expected: readonly string[], found: readonly string[]): string[] {
  const [left, right] = [
    ['expected', ...expected],
    ['found', ...found],
  ];
  const width = Math.max(...left.map((line) => line.length)) + 4;
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, row) => row);
  return rows.map((row) => `${(left[row] ?? '').padEnd(width)}${right[row] ?? ''}`.trimEnd());
}

/** The layouts that a model may have. */
export function drawModel(root: string, format: ModelFormat): string[] {
  const plain = format.drawn;
  const versioned = ['1', '2'].flatMap((version) => format.drawn.map((path) => `${version}/${path}`));
  return [...draw(root, drawnListing(plain)), 'or', ...draw(root, drawnListing(versioned))];
}

/** The layout of a folder of models. */
export function drawModels(root: string, format: ModelFormat): string[] {
  const plain = format.drawn.map((path) => `one-model/${path}`);
  const versioned = format.drawn.map((path) => `other-model/1/${path}`);
  return draw(root, drawnListing([...plain, ...versioned]));
}

function drawnListing(paths: readonly string[]): Listing {
  return folderListing(paths.map((path) => ({ path, sizeBytes: 0, stamp: '', modifiedAt: 0 })));
}

function grow(top: Branch, path: string): void {
  let branch = top;
  for (const name of path.split(/(?<=\/)/)) {
    const next: Branch = branch.get(name) ?? new Map<string, Branch>();
    branch.set(name, next);
    branch = next;
  }
}

function branchLines(branch: Branch, indent: string): string[] {
  const entries = [...branch].sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.flatMap(([name, inside], at) => {
    const isLast = at === entries.length - 1;
    return [`${indent}${isLast ? '└── ' : '├── '}${name}`, ...branchLines(inside, indent + (isLast ? '    ' : '│   '))];
  });
}
