/** Where images are found, as both who builds them and who runs them know it. */
export interface ImageNames {
  /** `HOST/PREFIX` that is put before the names of images; null: those of this machine. */
  readonly registry: string | null;
  /** Of the images of APIs. */
  readonly tag: string;
}

/** The image of one API: the folder of its project, made valid, and its own name. */
export function apiImage(projectRoot: string, api: string, { registry, tag }: ImageNames): string {
  return `${prefixOf(registry)}${projectLabel(projectRoot)}-${api}:${tag}`;
}

/** One of the images that come with Pons, by its folder below `images/`. */
export function baseImage(folder: string, version: string, registry: string | null): string {
  return `${prefixOf(registry)}pons/${folder}:${version}`;
}

/** The last folder of a path as a name for images and objects: lower-case letters, digits and single dashes. */
export function projectLabel(projectRoot: string): string {
  const folder = projectRoot.split(/[/\\]/).filter(Boolean).at(-1) ?? '';
  const label = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  if (label === '') return 'project';
  return /^[a-z]/.test(label) ? label : `project-${label}`;
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
