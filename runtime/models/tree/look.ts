import type { LayoutFacts } from '../../errors/catalog/models.ts';
import { titleOf } from '../model-version.ts';
import { beside, draw, drawModel, drawModels } from './drawing.ts';
import { listed } from '../listed.ts';
import { formats, type ModelType } from './format.ts';
import { readLayout, type VersionLayout } from './layout.ts';
import { below, type Listing, topFolders } from './listing.ts';
import type { Location } from './location.ts';
import { fingerprintOf, type Sight } from './sight.ts';

/** A location of `predictor.models` and what lies there: the model of that name, or (null) a folder for each of several. */
export interface Source {
  readonly name: string | null;
  readonly location: Location;
}

/** Reads what was found at a source: every version of every model there, each as it is or with what is wrong. */
export function readSource(type: ModelType, { name, location }: Source, listing: Listing): Sight[] {
  const place: Place = { type, location, folder: '' };
  if (name !== null) return readModel(place, name, listing);
  if (listing.kind === 'nothing') return [missing('', 'The folder of models', location.shown)];
  const problem = problemOfFolder(type, listing);
  if (problem === null) {
    return topFolders(listing).flatMap((one) => readModel({ ...place, folder: one }, one, below(listing, one)));
  }
  const drawing = beside(drawModels(location.shown, formats[type]), draw(location.shown, listing));
  return [wrong('', null, listing, { subject: `The folder of models ${location.shown}`, problem, drawing })];
}

interface Place {
  readonly type: ModelType;
  readonly location: Location;
  /** The model's folder, relative to the location; empty where it is the location. */
  readonly folder: string;
}

function problemOfFolder(type: ModelType, listing: Listing): string | null {
  if (listing.kind === 'file') return 'is a file; a folder that holds a folder for each model was expected';
  if (formats[type].holdsModel(listing)) {
    const names = [...listing.files.map(({ path }) => path), ...topFolders(listing).map((name) => `${name}/`)];
    const direct = names.filter((path) => !/\/./.test(path));
    return `holds a model's files directly (${listed(direct)}), but must hold a folder for each model`;
  }
  return topFolders(listing).length === 0 ? 'holds no folder, but must hold one for each model' : null;
}

function readModel(place: Place, name: string, listing: Listing): Sight[] {
  const shown = joined(place.location.shown, place.folder);
  // It begins a sentence.
  const title = `T${titleOf(name, null).slice(1)}`;
  const subject = `${title} at ${shown}`;
  if (listing.kind === 'nothing') return [missing(name, title, shown)];
  const layout = readLayout(place.type, listing);
  const drawing = beside(drawModel(shown, formats[place.type]), draw(shown, listing));
  if ('problem' in layout) return [wrong(name, null, listing, { subject, problem: layout.problem, drawing })];
  return layout.versions.map((version) => {
    if (version.entry !== null) return good(place, name, listing.kind === 'file', version, version.entry);
    const whose = version.folder === '' ? subject : `Version ${version.version} of the model at ${shown}`;
    const facts = { subject: whose, problem: version.problem, drawing };
    return wrong(name, version.folder === '' ? null : version.version, version.listing, facts);
  });
}

function good(place: Place, name: string, isFile: boolean, layout: VersionLayout, entry: string): Sight {
  const { version, listing } = layout;
  const fingerprint = fingerprintOf(listing);
  const candidate = {
    name,
    version,
    fingerprint,
    modifiedAt: listing.files.reduce((newest, file) => Math.max(newest, file.modifiedAt), 0),
    location: place.location,
    isFile,
    folder: joined(place.folder, layout.folder),
    files: listing.files,
    entry: isFile ? '' : joined(place.folder, entry),
  };
  return { name, version, signature: fingerprint, candidate, problem: null };
}

function wrong(name: string, version: string | null, listing: Listing, facts: LayoutFacts): Sight {
  const signature = `${facts.problem} ${fingerprintOf(listing)}`;
  const problem = { kind: 'layout' as const, facts, isEmpty: listing.files.length === 0 };
  return { name, version, signature, candidate: null, problem };
}

function missing(name: string, subject: string, where: string): Sight {
  return { name, version: null, signature: 'missing', candidate: null, problem: { kind: 'missing', subject, where } };
}

function joined(folder: string, path: string): string {
  if (folder === '' || path === '') return folder + path;
  return folder.endsWith('/') ? folder + path : `${folder}/${path}`;
}
