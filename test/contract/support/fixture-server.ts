import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import { servePons, type Served, type ServeOptions } from '../../support/served.ts';

/** The one server of a test file. */
export interface FixtureServer {
  /** The address of everything, without a slash at its end. Throws before the first test. */
  readonly url: string;
  readonly served: Served;
  /** The address of one API. */
  api(name: string): string;
}

export type FixtureServerOptions = Pick<ServeOptions, 'args' | 'env'>;

/** The folder `test/fixtures/contract/<name>`. */
export function fixtureProject(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/contract/${name}`, import.meta.url));
}

/** Serves a project from the first test of this file to its last one. */
export function serveForAllTests(project: string, options: FixtureServerOptions = {}): FixtureServer {
  let running: Served | null = null;
  let failure: unknown = null;
  // Not in `before`: uvu swallows what it throws. Tried once: it would fail again, and slowly.
  test.before.each(async () => {
    if (failure !== null) throw new Error('the server did not start', { cause: failure });
    try {
      running ??= await servePons(project, options);
    } catch (error) {
      failure = error;
      throw error;
    }
  });
  test.after(async () => {
    await running?.stop();
  });
  const server = (): Served => {
    if (running === null) throw new Error('the server runs from the first test on');
    return running;
  };
  return {
    get url() {
      return server().url;
    },
    get served() {
      return server();
    },
    api: (name) => `${server().url}/${name}`,
  };
}
