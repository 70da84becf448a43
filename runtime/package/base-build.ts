import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KnownError } from '../errors/known-error.ts';
import { installed } from '../processes/installation.ts';
import { baseContext } from './base-context.ts';
import type { BaseImage } from './base-image.ts';
import { assertMadeFor } from './base-type.ts';
import { ask } from './engine.ts';
import { repositoryOf } from './image-names.ts';
import { buildOwnImage, runEngine, type EngineOptions } from './run-engine.ts';
import { firstFile, nameableFile } from './secret-file.ts';

export interface BaseOptions extends EngineOptions {
  readonly network: string | null;
  readonly useCache: boolean;
  /** A folder that nobody else may enter, for what the engine is given and what it notes. */
  readonly scratch: string;
  /** Whether it is to be named by its digest, which does not change. */
  readonly pin: boolean;
}

/**
 * Sees to it that the engine has a base image, and gives the name to build on. One of Pons's own is built where it is missing.
 * Fails with `PONS_ERR_BUILD_FAILED`, `_PULL_FAILED`, `_BASE_UNUSABLE`, `_BASE_TYPE` or `_NO_DIGEST`, and as `ask` does.
 */
export async function ensureBase(base: BaseImage, options: BaseOptions): Promise<string> {
  const { reference } = base;
  if ((await digestsOf(reference, options)) === null) {
    if (base.kind === 'ours') await buildBase(base.folder, reference, options);
    else await pull(reference, options);
  }
  if (base.kind === 'named') await assertMadeFor(base, options.engine);
  if (!options.pin || reference.includes('@')) return reference;
  const repository = repositoryOf(reference);
  const pinned = (await digestsOf(reference, options))?.find((digest) => repositoryOf(digest) === repository);
  if (pinned === undefined) throw KnownError.of('PONS_ERR_BUILD_NO_DIGEST', { image: reference });
  return pinned;
}

/** null: the engine does not have it. */
async function digestsOf(reference: string, { engine }: EngineOptions): Promise<string[] | null> {
  const answer = await ask(engine, ['image', 'inspect', '--format', '{{json .RepoDigests}}', reference]);
  return answer === null ? null : ((JSON.parse(answer) as string[] | null) ?? []);
}

async function buildBase(folder: string, image: string, options: BaseOptions): Promise<void> {
  options.say(`Building ${image}, which is missing; it is built once for all APIs`);
  const context = await baseContext(dirname(installed('package.json')), image, options.scratch);
  await buildOwnImage(
    {
      image,
      context,
      dockerfile: join(context, 'images', folder, 'Dockerfile'),
      secrets: await npmSecrets(options.scratch),
      buildArguments: { PONS_VERSION: image.split(':').at(-1) ?? '' },
      inherited: Object.keys(process.env).filter((name) => PROXY.test(name)),
      network: options.network,
      useCache: options.useCache,
    },
    options,
  );
}

/** Build arguments that every engine knows, and keeps out of the image. */
const PROXY = /^(?:https?|no|all)_proxy$/i;

/** What npm needs of this machine: the URL of its registry, which may hold a password, and the certificates to trust. */
async function npmSecrets(scratch: string): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  // Where there is no such file, Node itself warns and goes on.
  const ca = await firstFile([process.env['NODE_EXTRA_CA_CERTS'] ?? ''].filter((path) => path !== ''));
  if (ca !== null) secrets.set('ca', await nameableFile(ca, join(scratch, 'npm-ca')));
  const registry = process.env['NPM_CONFIG_REGISTRY'] ?? process.env['npm_config_registry'];
  if (registry !== undefined) {
    const file = join(scratch, 'npm');
    await writeFile(file, registry, { mode: 0o600 });
    secrets.set('npm', file);
  }
  return secrets;
}

async function pull(reference: string, options: BaseOptions): Promise<void> {
  options.say(`Fetching ${reference}`);
  const { ok, outcome, lastLines } = await runEngine(options, ['pull', reference]);
  if (ok) return;
  throw KnownError.of('PONS_ERR_BUILD_PULL_FAILED', { image: reference, outcome, lastLines });
}
