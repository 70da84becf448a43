import { createHash } from 'node:crypto';
import { basename } from 'node:path';

/** Where images are found, as both who builds them and who runs them know it. */
export interface ImageNames {
  /** `HOST/PREFIX` that is put before the names of images; null: those of this machine. */
  readonly registry: string | null;
  /** Of the images of APIs. */
  readonly tag: string;
}

const PLAIN_FOLDER = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const LONGEST_FOLDER = 40;
const DIGEST_DIGITS = 8;

/**
 * The image of one API: the folder of its project, made valid, and its own name. No other folder and API have the same: of all that a name with several
 * dashes could be taken apart into, only a folder of two words is joined by one, and the others by an underscore, which neither part has.
 */
export function apiImage(projectRoot: string, api: string, { registry, tag }: ImageNames): string {
  const label = projectLabel(projectRoot);
  const words = label.split('-').length;
  const isPlain = words === 2 || (words === 1 && !api.includes('-'));
  return `${prefixOf(registry)}${label}${isPlain ? '-' : '_'}${api}:${tag}`;
}

/** One of the images that come with Pons, by its folder below `images/`. */
export function baseImage(folder: string, version: string, registry: string | null): string {
  return `${prefixOf(registry)}pons/${folder}:${version}`;
}

/**
 * The last folder of a path as a name for images and objects: lower-case letters, digits and single dashes. A folder that is called otherwise gets a part
 * of the digest of its name, since others look the same without what is left out of it.
 */
export function projectLabel(projectRoot: string): string {
  // Some file systems give a name back in another form of the same letters.
  const folder = basename(projectRoot).normalize('NFC');
  if (PLAIN_FOLDER.test(folder) && folder.length <= LONGEST_FOLDER) return folder;
  const readable = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_FOLDER)
    .replace(/^-+|-+$/g, '');
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, DIGEST_DIGITS);
  return `${/^[a-z]/.test(readable) ? readable : `project-${readable}`.replace(/-$/, '')}-${digest}`;
}

/** The repository of a reference in full, without tag and digest: what one engine shortens (`python:3.11`), another one writes out. */
export function repositoryOf(reference: string): string {
  const name = reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const [host = '', ...path] = name.split('/');
  const hasHost = path.length > 0 && (/[.:]/.test(host) || host === 'localhost');
  const [registry, repository] = hasHost ? [host, path.join('/')] : ['docker.io', name];
  if (registry !== 'docker.io' && registry !== 'index.docker.io') return `${registry}/${repository}`;
  return `docker.io/${repository.includes('/') ? repository : `library/${repository}`}`;
}

function prefixOf(registry: string | null): string {
  return registry === null ? '' : `${registry}/`;
}
