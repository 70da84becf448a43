import type { Position, Report } from '../config-problem.ts';
import type { ApiRead } from '../schema/api.ts';

/** Holds the names and endpoints of the APIs of one file apart. */
export class UniqueApis {
  readonly #file: string;
  readonly #names = new Map<string, Position>();
  readonly #endpoints = new Map<string, Position>();
  /** By path: the first endpoint one segment below it. */
  readonly #firstBelow = new Map<string, string>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Reports a name or an endpoint that an earlier API has, and an endpoint at which workloads of another API are fetched. */
  check(api: Pick<ApiRead, 'name'> & Partial<Pick<ApiRead, 'networking'>>, report: Report): void {
    const { name, networking } = api;
    const known = name.valid ? this.#names.get(name.value) : undefined;
    if (known !== undefined) {
      report(
        name.at,
        'name',
        `"${name.value}" is the name of another API, at ${this.#show(known)}; names must be unique in the file`,
      );
    } else if (name.valid) this.#names.set(name.value, name.at);
    if (networking === undefined) return;
    const endpoint = networking.value.endpoint;
    if (!endpoint.valid || (!endpoint.written && (!name.valid || known !== undefined))) return;
    const path = endpoint.written ? endpoint.value : `/${name.value}`;
    const at = endpoint.written ? endpoint.at : name.at;
    const byDefault = endpoint.written ? '' : ', by its name,';
    const taken = this.#endpoints.get(path);
    if (taken !== undefined) {
      report(
        at,
        'networking.endpoint',
        `"${path}" is${byDefault} the endpoint of another API, at ${this.#show(taken)}; endpoints must be unique in the file`,
      );
      return;
    }
    const parent = parentOf(path);
    for (const other of [parent, this.#firstBelow.get(path)]) {
      const itsPlace = other === undefined ? undefined : this.#endpoints.get(other);
      if (other === undefined || itsPlace === undefined) continue;
      const isBelow = other === parent;
      const [outer, inner] = isBelow ? [other, path] : [path, other];
      report(
        at,
        'networking.endpoint',
        `"${path}" is${byDefault} one segment ${isBelow ? 'below' : 'above'} "${other}", the endpoint of another API, at ${this.#show(itsPlace)}; ` +
          `GET ${inner} must be a workload of ${outer}, so write for instance ${flattened(inner)} instead of ${inner}`,
      );
    }
    if (!this.#firstBelow.has(parent)) this.#firstBelow.set(parent, path);
    this.#endpoints.set(path, at);
  }

  #show(at: Position): string {
    return `${this.#file}:${at.line}:${at.column}`;
  }
}

/** The path without its last segment: what is directly below an endpoint are the ids of its workloads. */
function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** `/a/b` as `/a-b`. */
function flattened(path: string): string {
  return `${parentOf(path)}-${path.slice(path.lastIndexOf('/') + 1)}`;
}
