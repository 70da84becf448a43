import type { Engine } from '../containers/engine.ts';
import { pons, type Ran } from '../pons.ts';
import { makeTempDir } from '../temp-dir.ts';

/** Runs `pons build` on a machine that has no settings for pip but those in `env`. The images bear the name of this run. */
export async function build(
  { environment, prefix }: Engine,
  root: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  // The gateway takes a minute, and is no part of what these tests are about.
  const own = ['--network', 'host', '--registry', prefix, '--no-gateway'];
  const settings = { ...NO_SETTINGS, HOME: makeTempDir(), ...environment, ...env };
  return await pons(['build', root, ...own, ...args], settings, BUILD_MS);
}

/** Compilers alone take a minute to be fetched. */
const BUILD_MS = 300_000;

/** Empty is none, for pip. */
const NO_SETTINGS = { PIP_FIND_LINKS: '', PIP_CONFIG_FILE: '/dev/null' };

/** The image that the report of `pons build` names for an API. */
export function imageIn({ stdout }: Ran, api: string): string {
  const image = new RegExp(`^${api}: (\\S+) \\(`, 'm').exec(stdout)?.[1];
  if (image === undefined) throw new Error(`no image of ${api} in:\n${stdout}`);
  return image;
}

/** The digests of an image's layers. */
export async function layersOf({ docker }: Engine, image: string): Promise<string[]> {
  return JSON.parse(await docker(['image', 'inspect', '--format', '{{json .RootFS.Layers}}', image])) as string[];
}
