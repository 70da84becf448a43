import { clipped } from './clipped.ts';
import { listedWithin } from './listed.ts';
import { ModelError } from './model-error.ts';
import type { ModelTree } from './model-tree.ts';
import { type ModelVersion, SINGLE_MODEL, titleOf } from './model-version.ts';

export const LATEST = 'latest';
/** Of the known names in an error, which are to be all of them as far as a line has room. */
const MAX_LISTED_CHARACTERS = 4000;

/** What was asked for: a model's name inside Pons, and `latest` or digits. */
export interface ModelRequest {
  readonly name: string;
  readonly version: string;
}

/** Whether a version can be asked for by this: `latest`, or digits. */
export function isVersion(version: unknown): version is string {
  return typeof version === 'string' && /^(latest|[0-9]+)$/.test(version);
}

/**
 * What `name` and `version` of a call mean. A single model needs no name, and one that is given means nothing, as in Cortex. Throws
 * `ModelError` for a name that is missing or unknown, and for a version that is neither `latest` nor digits in a string.
 */
export function resolveRequest(tree: ModelTree, name: string | null, version: unknown): ModelRequest {
  if (!isVersion(version)) throw invalidVersion(version);
  if (tree.isSingle) return { name: SINGLE_MODEL, version };
  if (name === null) throw unusable(`model_name is missing; ${known(tree)}`);
  if (!tree.models.has(name) && !tree.configured.includes(name))
    throw unusable(`there is no model ${JSON.stringify(clipped(name))}; ${known(tree)}`);
  return { name, version };
}

/** The version that was asked for by its number. Throws `ModelError` where there is none. */
export function findVersion(tree: ModelTree, { name, version }: ModelRequest): ModelVersion {
  const versions = versionsOf(tree, name);
  const found = versions.find((one) => one.version === version);
  if (found !== undefined) return found;
  const known = listedWithin(
    versions.map((one) => one.version),
    MAX_LISTED_CHARACTERS,
  );
  throw unusable(`${titleOf(name, null)} has no version ${clipped(version)}; its versions are: ${known}`);
}

/** Throws `ModelError` where there is none left. */
export function versionsOf(tree: ModelTree, name: string): readonly ModelVersion[] {
  const versions = tree.models.get(name);
  if (versions === undefined) throw unusable(`${titleOf(name, null)} has no version left: its files were removed`);
  return versions;
}

function invalidVersion(version: unknown): ModelError {
  const shown = JSON.stringify(typeof version === 'string' ? clipped(version) : version) as string | undefined;
  const kind = typeof version === 'string' ? 'a string' : `a ${typeof version}`;
  return unusable(
    `model_version must be "latest" or digits in a string, such as "3"; got ${shown ?? String(version)}, ${kind}`,
  );
}

function known(tree: ModelTree): string {
  const names = [...new Set([...tree.models.keys(), ...tree.configured])].sort();
  const told = names.map((name) => (tree.models.has(name) ? name : `${name} (without a version)`));
  const list = told.length === 0 ? 'none' : listedWithin(told, MAX_LISTED_CHARACTERS);
  if (tree.unlistedAt === null) return `the models are: ${list}`;
  return `of those on ${tree.unlistedAt}, which does not list its models, these are known so far: ${list}`;
}

function unusable(message: string): ModelError {
  return new ModelError('MODEL_UNUSABLE', message);
}
