import type { ServedApi } from './served-api.ts';

/** The paths at which predictors expect each other, below a host name that is an API's own. */
const CHAIN_PATHS = ['/', '/predict'];

/** The routes of an API that has a host name, or a container, of its own. */
export function chainRoutes(api: ServedApi): (readonly [path: string, api: ServedApi])[] {
  return CHAIN_PATHS.map((path) => [path, api]);
}
