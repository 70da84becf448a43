import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { KnownError } from '../../errors/known-error.ts';
import { createLogger } from '../../log/logger.ts';
import { openSink } from '../../log/sink.ts';
import { buildImages, writeDockerfiles, type BuiltImage } from '../../package/build.ts';
import { buildCommands } from '../../package/by-hand.ts';
import type { EngineName } from '../../package/engine.ts';
import { installed } from '../../processes/installation.ts';
import { readProject } from '../../supervisor/project.ts';
import type { StopRequests } from '../../supervisor/signals.ts';
import { parseRegistry, parseTag } from '../image-options.ts';
import { gatherNames, parseFile } from '../options.ts';
import { writeLine } from '../terminal.ts';

interface BuildFlags {
  readonly api: readonly string[];
  readonly tag: string;
  readonly registry?: string;
  readonly push: boolean;
  readonly engine?: EngineName;
  readonly bakeModels: boolean;
  readonly notSecret: readonly string[];
  readonly dockerfileOnly?: string;
  readonly pin: boolean;
  readonly network?: string;
  readonly cache: boolean;
  readonly gateway: boolean;
}

const STDERR = 2;

export function buildCommand(stop: StopRequests): Command {
  return new Command('build')
    .description('make an image of each API, for a container engine to run')
    .argument('[path]', 'folder with a cortex.yaml, or a configuration file', '.')
    .option('--api <name>', 'only this API (repeatable)', gatherNames, [])
    .option('--tag <tag>', 'tag of the images', parseTag, 'latest')
    .option('--registry <host/prefix>', 'what is put before the names of the images', parseRegistry)
    .option('--push', 'push the images to that registry', false)
    .addOption(
      new Option('--engine <name>', 'what builds (default: docker, else podman)').choices(['docker', 'podman']),
    )
    .option('--bake-models', 'put models that lie in the project into the images', false)
    .option('--not-secret <name>', 'a value that looks secret, and may be in the images (repeatable)', gatherNames, [])
    .option('--dockerfile-only <folder>', 'write what would be built to a folder, and build nothing', parseFile)
    .option('--pin', 'build on the digest of the base image instead of its tag', false)
    .option('--network <mode>', 'network of the build, as the engine names it, such as host')
    .option('--no-cache', 'build every layer anew')
    .option('--no-gateway', 'leave out the image of the gateway, as --api does')
    .action(async (path: string, flags: BuildFlags) => {
      if (flags.push && flags.registry === undefined)
        throw KnownError.of('PONS_ERR_CLI_USAGE', { text: '--push needs --registry: the images have to go somewhere' });
      if (flags.dockerfileOnly !== undefined && (flags.push || flags.pin)) {
        const text = '--dockerfile-only builds nothing, so that --push and --pin have no meaning beside it';
        throw KnownError.of('PONS_ERR_CLI_USAGE', { text });
      }
      // The list of images is the output; progress is beside it.
      const sink = openSink(STDERR, isatty(STDERR));
      const logger = createLogger(sink);
      try {
        for (const line of await build(path, flags, stop.drain, (text) => {
          logger.info(text);
        }))
          writeLine(line);
      } finally {
        await sink.close();
      }
    });
}

/** Does what the flags say; gives the lines to print of it. */
async function build(
  path: string,
  flags: BuildFlags,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<string[]> {
  const wanted = { apis: flags.api.length === 0 ? null : flags.api, files: true };
  const { location, files, specs, siblings } = await readProject(path, ({ root }) => join(root, '.pons'), wanted);
  const { version } = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as { version: string };
  const { tag, bakeModels, notSecret, cache: useCache, network = null } = flags;
  const options = {
    location,
    files,
    specs,
    siblings,
    version,
    tag,
    bakeModels,
    notSecret,
    say,
    signal,
    registry: flags.registry ?? null,
  };
  if (flags.dockerfileOnly !== undefined) {
    const written = await writeDockerfiles(options, flags.dockerfileOnly);
    return buildCommands(written, { version, network, useCache });
  }
  const { push, pin } = flags;
  const built = await buildImages({
    ...options,
    ...{
      push,
      pin,
      useCache,
      withGateway: flags.gateway && flags.api.length === 0,
      engine: flags.engine ?? null,
      network,
    },
  });
  return built.map(describe);
}

function describe({ api, image, id, sizeBytes, digest }: BuiltImage): string {
  const where =
    digest === null ? `${image} (${id.slice(0, 19)}` : `${image.replace(/:[^/:]*$/, '')}@${digest} (${image}`;
  return `${api}: ${where}, ${Math.round(sizeBytes / 1e6)} MB)`;
}
