import { KnownError } from '../errors/known-error.ts';
import type { ServedApi } from './served-api.ts';

/** What a path names: an API, or with `id` one of its workloads. */
export interface Destination {
  readonly api: ServedApi;
  readonly id: string | null;
}

export interface RouteTable {
  /** The paths of the APIs, for people. */
  readonly endpoints: readonly string[];
  /** Finds what the path of `url` names; throws `PONS_ERR_HTTP_URL_INVALID` where its percent-encoding is wrong. */
  find(url: string): Destination | null;
}

/** Routes by whole strings: an endpoint may hold any character, none of them is special. */
export function buildRouteTable(routes: readonly (readonly [path: string, api: ServedApi])[]): RouteTable {
  const byPath = new Map<string, Destination>();
  for (const [path, api] of routes) byPath.set(withoutTrailingSlash(path), { api, id: null });

  function lookUp(path: string): Destination | null {
    const exact = byPath.get(withoutTrailingSlash(path));
    if (exact !== undefined) return exact;
    const slash = path.lastIndexOf('/');
    const parent = byPath.get(path.slice(0, slash));
    return parent === undefined ? null : { api: parent.api, id: path.slice(slash + 1) };
  }

  return {
    endpoints: routes.map(([path]) => path),
    find(url) {
      const path = pathOf(url);
      const decoded = path.includes('%') ? decode(path) : path;
      return lookUp(decoded) ?? (decoded === path ? null : lookUp(path));
    },
  };
}

/** The path of a request target, which may also be a whole URL. */
export function pathOf(url: string): string {
  const local = url.startsWith('/') ? url : url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  const end = local.search(/[?#]/);
  return end === -1 ? local : local.slice(0, end);
}

function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw KnownError.of('PONS_ERR_HTTP_URL_INVALID', {}, cause);
  }
}
