import { clipped } from './clipped.ts';
import { listed } from './listed.ts';
import { ModelError } from './model-error.ts';
import type { ModelTree } from './model-tree.ts';
import { type ModelVersion, SINGLE_MODEL, titleOf } from './model-version.ts';

export const LATEST = 'latest';
const MAX_LISTED = 20;

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
  if (name === null) throw unusable(`model_name is missing; the models are: ${known(tree)}`);
  if (!tree.models.has(name))
    throw unusable(`there is no model ${JSON.stringify(clipped(name))}; the models are: ${known(tree)}`);
  return { name, version };
}

/** The version that was asked for by its number. Throws `ModelError` where there is none. */
export function findVersion(tree: ModelTree, { name, version }: ModelRequest): ModelVersion {
  const versions = versionsOf(tree, name);
  const found = versions.find((one) => one.version === version);
  if (found !== undefined) return found;
  const known = listed(
    versions.map((one) => one.version),
    MAX_LISTED,
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
  const names = [...tree.models.keys()].sort();
  return names.length === 0 ? 'none' : listed(names, MAX_LISTED);
}

function unusable(message: string): ModelError {
  return new ModelError('MODEL_UNUSABLE', message);
}
