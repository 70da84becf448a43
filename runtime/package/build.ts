import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ApiSpec } from '../config/spec.ts';
import { KnownError } from '../errors/known-error.ts';
import { Preparation } from '../project/dependencies/preparation.ts';
import type { ProjectFiles } from '../project/files.ts';
import type { ProjectLocation } from '../project/root.ts';
import { Reaper } from '../processes/reaper.ts';
import { baseImageOf } from './base-image.ts';
import { ensureBase } from './base-build.ts';
import { gatherSecrets } from './build-secrets.ts';
import type { WrittenImage } from './by-hand.ts';
import { writeContext } from './context.ts';
import { assertReplaceable, removeWritten } from './written-context.ts';
import { MICROMAMBA } from './dockerfile.ts';
import { readDependencyFacts } from './dependency-facts.ts';
import { dotenvNotices } from './dotenv-notices.ts';
import { ask, findEngine, type Engine, type EngineName } from './engine.ts';
import { ensureGateway } from './gateway-image.ts';
import { apiImage, type ImageNames } from './image-names.ts';
import { planImage, type ImagePlan } from './plan.ts';
import { pushImage } from './push.ts';
import { buildImage, type EngineOptions } from './run-engine.ts';
import { makeScratch } from './scratch.ts';
import { stageForImages, type Staged } from './staged.ts';
import { writingScratch, writingTo } from './writing.ts';

export interface ImagesOptions extends ImageNames {
  readonly location: ProjectLocation;
  readonly files: ProjectFiles;
  /** The APIs whose images are wanted. */
  readonly specs: readonly ApiSpec[];
  /** All APIs of the configuration file. */
  readonly siblings: readonly ApiSpec[];
  /** Pons's own, which is that of its base images. */
  readonly version: string;
  readonly bakeModels: boolean;
  /** The names of what would be taken for a secret, and is none. */
  readonly notSecret: readonly string[];
  /** Gets progress and notices, a line at a time. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface BuildOptions extends ImagesOptions {
  /** null: whichever there is. */
  readonly engine: EngineName | null;
  /** Whether the image of the gateway is wanted too. */
  readonly withGateway: boolean;
  readonly push: boolean;
  readonly pin: boolean;
  readonly network: string | null;
  readonly useCache: boolean;
}

export interface BuiltImage {
  readonly api: string;
  readonly image: string;
  /** Of the image on this machine. */
  readonly id: string;
  readonly sizeBytes: number;
  /** In the registry; null where it was not pushed. */
  readonly digest: string | null;
}

/** Builds the images of a project's APIs, one after another. Fails with errors of the areas BUILD and PROJECT, or with the abort of the signal. */
export async function buildImages(options: BuildOptions): Promise<BuiltImage[]> {
  return await inScratch(options, async ({ scratch, preparation, staged, plans }) => {
    const engine = await findEngine(options.engine, options.say);
    const running = { engine, signal: options.signal, preparation };
    const { files: secrets, notices } = await gatherSecrets(options.location.root, join(scratch, 'secrets'));
    for (const notice of notices) options.say(notice);
    const { network, useCache, notSecret } = options;
    const built: BuiltImage[] = [];
    for (const plan of plans) {
      const told: EngineOptions = {
        ...running,
        say: (line) => {
          options.say(`${plan.api}: ${line}`);
        },
      };
      const base = await ensureBase(plan.base, { ...told, network, useCache, scratch, pin: options.pin });
      const context = join(scratch, 'contexts', plan.api);
      await writeContext({ plan, base, notSecret, projectDir: staged.dir, dir: context });
      const titles = new Map(plan.steps.map(({ kind, title }) => [kind, title]));
      const dockerfile = join(context, 'Dockerfile');
      await buildImage(
        { api: plan.api, base },
        {
          image: plan.image,
          context,
          dockerfile,
          secrets,
          buildArguments: {},
          inherited: inheritedBy(plan),
          network,
          useCache,
        },
        titles,
        told,
      );
      const digest = options.push ? await pushImage(plan.image, scratch, told) : null;
      built.push({ api: plan.api, image: plan.image, digest, ...(await lookAt(plan, engine)) });
    }
    if (options.withGateway) {
      const { version, registry, push, say } = options;
      await ensureGateway({ ...running, version, registry, network, useCache, push, scratch, say, pin: false });
    }
    return built;
  });
}

/**
 * Writes the build context of each API's image to a folder of its name below `dir`, in place of one that was written before, and tells of these folders. No
 * engine is needed. Fails with `PONS_ERR_BUILD_FOLDER_FOREIGN`, before anything is written, where a folder holds anything else, and with `_FOLDER_UNWRITABLE`.
 */
export async function writeDockerfiles(options: ImagesOptions, dir: string): Promise<WrittenImage[]> {
  return await inScratch(options, async ({ staged, plans }) => {
    const written = plans.map((plan) => ({ plan, folder: join(dir, plan.api) }));
    await writingTo(dir, async () => {
      for (const { folder } of written) await assertReplaceable(folder);
      for (const { plan, folder } of written) {
        await removeWritten(folder);
        const base = plan.base.reference;
        await writeContext({ plan, base, notSecret: options.notSecret, projectDir: staged.dir, dir: folder });
      }
    });
    return written.map(({ plan: { image, base }, folder }) => ({ image, base, folder }));
  });
}

interface Prepared {
  readonly scratch: string;
  readonly preparation: Preparation;
  readonly staged: Staged;
  readonly plans: readonly ImagePlan[];
}

async function inScratch<T>(options: ImagesOptions, act: (prepared: Prepared) => Promise<T>): Promise<T> {
  const scratch = await makeScratch();
  return await writingScratch(scratch, () => prepared(options, scratch, act));
}

async function prepared<T>(
  options: ImagesOptions,
  scratch: string,
  act: (prepared: Prepared) => Promise<T>,
): Promise<T> {
  const reaper = new Reaper();
  try {
    await reaper.started();
    const preparation = await Preparation.begin(reaper);
    for (const notice of await dotenvNotices({ ...options, preparation })) options.say(notice);
    const staged = await stageForImages({ ...options, scratch });
    for (const notice of staged.notices) options.say(notice);
    const plans: ImagePlan[] = [];
    for (const spec of options.specs) plans.push(await planOf(spec, staged, preparation, options));
    return await act({ scratch, preparation, staged, plans });
  } finally {
    await reaper.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Fails with `PONS_ERR_BUILD_FAILED` where the engine does not have the image that it says it has built. */
async function lookAt({ api, image }: ImagePlan, engine: Engine): Promise<Pick<BuiltImage, 'id' | 'sizeBytes'>> {
  const answer = await ask(engine, ['image', 'inspect', '--format', '{{.Id}} {{.Size}}', image]);
  const { id, size } = /^(?<id>\S+) (?<size>\d+)$/.exec(answer ?? '')?.groups ?? {};
  if (id !== undefined) return { id, sizeBytes: Number(size) };
  const outcome = `left no image of the name ${image} with ${engine.program}`;
  const lastLines = answer === null ? [] : [answer];
  throw KnownError.of('PONS_ERR_BUILD_FAILED', { what: `The build of ${api}`, outcome, lastLines });
}

/** The build arguments of a plan that this machine's environment has. */
function inheritedBy({ steps }: ImagePlan): string[] {
  return steps.some(({ kind }) => kind === 'conda') ? MICROMAMBA.filter((name) => process.env[name] !== undefined) : [];
}

async function planOf(
  spec: ApiSpec,
  staged: Staged,
  preparation: Preparation,
  options: ImagesOptions,
): Promise<ImagePlan> {
  const { location, signal, version, say } = options;
  const base = baseImageOf(spec, version);
  if (base.kind === 'ours' && base.instead !== null)
    say(`${spec.name}: ${base.reference} takes the place of ${base.instead}, which is Cortex's own`);
  return planImage({
    spec,
    image: apiImage(location.root, spec.name, options),
    base,
    configFile: relative(location.root, location.configFile),
    paths: staged.paths,
    models: staged.models,
    facts: await readDependencyFacts({ spec, projectDir: staged.dir, signal, preparation }),
  });
}
