import { createHash } from 'node:crypto';
import type { LayoutFacts } from '../../errors/catalog/models.ts';
import type { ModelVersion } from '../model-version.ts';
import type { FoundFile, Listing } from './listing.ts';
import type { Location } from './location.ts';

/** A version whose files are as they must be, and where they are. */
export interface Candidate extends ModelVersion {
  readonly location: Location;
  /** Whether the location is the model's file itself. */
  readonly isFile: boolean;
  /** Relative to the location: its version folder. Empty where it has none. */
  readonly folder: string;
  /** Relative to `folder`. */
  readonly files: readonly FoundFile[];
  /** Relative to the location: what to open. Empty for the location itself. */
  readonly entry: string;
}

/** What one look told about one version, or about a whole model. */
export interface Sight {
  readonly name: string;
  /** null: about the model, whose versions nobody can tell. */
  readonly version: string | null;
  /** The same at two looks where nothing has changed between them. */
  readonly signature: string;
  readonly candidate: Candidate | null;
  /** Set where `candidate` is null. */
  readonly problem: SightProblem | null;
}

/** Nothing at all, which may mean that it was removed, or files that are not laid out as they must be. */
export type SightProblem =
  | { readonly kind: 'missing'; readonly subject: string; readonly where: string }
  | { readonly kind: 'layout'; readonly facts: LayoutFacts; readonly isEmpty: boolean };

/** By which sights of different looks are compared. */
export function sightKey({ name, version }: { readonly name: string; readonly version: string | null }): string {
  return `${name}/${version ?? ''}`;
}

/** Another text as soon as any file of the listing is another one. */
export function fingerprintOf(listing: Pick<Listing, 'files'>): string {
  const hash = createHash('sha256');
  for (const { path, sizeBytes, stamp } of listing.files) hash.update(JSON.stringify([path, sizeBytes, stamp]));
  return hash.digest('base64url').slice(0, 24);
}

/** What people know the version at `path` by: where it is in its bucket, if it came from one. */
export function shownOf({ location, entry }: Candidate, path: string): string {
  if (location.kind === 'local') return path;
  return entry === '' ? location.shown : `${location.shown.replace(/\/+$/, '')}/${entry}`;
}
