import { documentsIn } from '../exported/documents.ts';

/** The key of a compose file that says which project it is of. */
export const PROJECT_KEY = 'x-pons-project';

interface Read {
  readonly [PROJECT_KEY]?: unknown;
  readonly services?: unknown;
}

interface ReadService {
  readonly volumes?: unknown;
}

/** The label of the project that a compose file is of. */
export function projectIn(text: string): unknown {
  return read(text)?.[PROJECT_KEY];
}

/** The services of a compose file, by name. */
export function servicesIn(text: string): Readonly<Record<string, unknown>> {
  const services = read(text)?.services;
  return services instanceof Object ? (services as Record<string, unknown>) : {};
}

/** The names of the files beside a compose file that it mounts. */
export function mountedBeside(text: string): readonly unknown[] {
  const volumes = Object.values(servicesIn(text)).flatMap((service) => (service as ReadService | null)?.volumes);
  return volumes.map((volume) => {
    const source = (volume as { source?: unknown } | null | undefined)?.source;
    return typeof source === 'string' ? source.replace(/^\.\//, '') : undefined;
  });
}

function read(text: string): Read | null | undefined {
  return documentsIn(text)?.[0] as Read | null | undefined;
}
