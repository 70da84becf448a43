import { compareVersions, ONLY_VERSION } from '../model-version.ts';
import { listed } from '../listed.ts';
import { formats, type ModelFormat, type ModelType } from './format.ts';
import { below, type Listing, topFolders } from './listing.ts';

/** One version folder, or the model's own folder where it has none. */
export interface VersionLayout {
  readonly version: string;
  /** Relative to the model; empty where the model has no version folders. */
  readonly folder: string;
  readonly listing: Listing;
  /** What to open, relative to the model; null where the version cannot be served, which `problem` then explains. */
  readonly entry: string | null;
  readonly problem: string;
}

/** The versions of one model, or why nobody can tell which they are: what is wrong, as it follows the model's name. */
export type ModelLayout = { readonly versions: readonly VersionLayout[] } | { readonly problem: string };

/** Reads the files of one model: directly at its place, or in version folders; never both, since nobody could tell which are meant. */
export function readLayout(type: ModelType, listing: Listing): ModelLayout {
  const format = formats[type];
  if (listing.kind === 'file') return readFile(type, listing);
  const folders = topFolders(listing);
  const numbered = folders.filter(isVersion).sort(compareVersions);
  const isPlain = format.holdsModel(listing);
  const strangers = folders.filter((name) => !isVersion(name) && !isPlain && format.holdsModel(below(listing, name)));
  if (strangers.length > 0) {
    return { problem: `has folders that hold a model but whose names are no integers: ${listed(strangers)}` };
  }
  if (numbered.length === 0) return { versions: [readVersion(format, listing, ONLY_VERSION, '')] };
  if (isPlain) return { problem: `has both model files and version folders (${listed(numbered)})` };
  const twins = numbered.filter((name, at) => at > 0 && compareVersions(name, numbered[at - 1] ?? name) === 0);
  if (twins.length > 0) return { problem: `has several folders for one version: ${listed(numbered)}` };
  return { versions: numbered.map((name) => readVersion(format, below(listing, name), name, name)) };
}

/** `s3://bucket/x.onnx` and the like. */
function readFile(type: ModelType, listing: Listing): ModelLayout {
  const entry = listing.files[0]?.path ?? '';
  if (type !== 'onnx') return { problem: 'is a file; a folder with a SavedModel was expected' };
  if (!entry.endsWith('.onnx')) return { problem: 'is a file whose name does not end in .onnx' };
  return { versions: [{ version: ONLY_VERSION, folder: '', listing, entry, problem: '' }] };
}

function readVersion(format: ModelFormat, listing: Listing, version: string, folder: string): VersionLayout {
  const common = { version, folder, listing };
  const isEmpty = [listing.files, listing.folders, listing.others].every((found) => found.length === 0);
  const checked = isEmpty ? { problem: 'is empty' } : format.check(listing);
  if ('problem' in checked) return { ...common, entry: null, problem: checked.problem };
  const entry = folder === '' || checked.entry === '' ? folder + checked.entry : `${folder}/${checked.entry}`;
  return { ...common, entry, problem: '' };
}

function isVersion(name: string): boolean {
  return /^[0-9]+$/.test(name);
}
