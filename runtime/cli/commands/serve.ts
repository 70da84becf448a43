import { isatty } from 'node:tty';
import { Command, Option } from 'commander';
import type { ServingAddress } from '../../models/tensorflow/address.ts';
import { createLogger } from '../../log/logger.ts';
import { openSink } from '../../log/sink.ts';
import { serve } from '../../supervisor/serve.ts';
import type { Role } from '../../supervisor/serve-options.ts';
import type { BlobLocation } from '../../workloads/blobs/location.ts';
import type { RedisAddress } from '../../workloads/redis/address.ts';
import { KnownError } from '../../errors/known-error.ts';
import type { StopRequests } from '../../supervisor/signals.ts';
import {
  apiOption,
  drainOption,
  gatherHosts,
  maxBodyOption,
  parseHost,
  parsePort,
  parseStateDir,
  payloadsOption,
  redisOption,
  roleOption,
  startTimeoutOption,
  tensorflowServingOption,
} from '../options.ts';
import { placeOf, type PlaceFlags } from '../place.ts';
import { takeRedisUrlFile } from '../redis-url-file.ts';
import { leaveTerminal } from '../terminal.ts';
import { welcome, welcomeOfHost } from '../welcome.ts';

interface ServeFlags extends PlaceFlags {
  readonly api?: readonly string[];
  readonly runDependenciesSh: boolean;
  readonly allowHost: readonly string[];
  readonly startTimeout: number;
  readonly tensorflowServing?: ServingAddress;
  readonly maxBody: number;
  readonly redis?: RedisAddress;
  readonly payloads?: BlobLocation;
  readonly role: Role;
}

const STDOUT = 1;

export function serveCommand(stop: StopRequests): Command {
  return new Command('serve')
    .description('serve the APIs of a project until Ctrl-C')
    .argument('[path]', 'folder with a cortex.yaml, or a configuration file', '.')
    .addOption(apiOption())
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, in a container 0.0.0.0)', parseHost)
    .option(
      '--port <number>',
      'port to listen on; 0 takes a free one (default: 8080, in the container of an API 8888)',
      parsePort,
    )
    .option(
      '--state-dir <folder>',
      'where workloads and environments are kept (default: .pons in the project, in a container /state)',
      parseStateDir,
    )
    .option('--python <path>', 'interpreter to use as it is; nothing is installed into it')
    .option('--run-dependencies-sh', 'run dependencies.sh, which may change this machine', false)
    .addOption(
      new Option('--allow-host <name>', 'answer to this host name too when listening on loopback (repeatable)')
        .default([], 'none')
        .argParser(gatherHosts),
    )
    .addOption(startTimeoutOption())
    .addOption(tensorflowServingOption())
    .addOption(maxBodyOption())
    .addOption(redisOption())
    .hook('preAction', takeRedisUrlFile)
    .addOption(payloadsOption())
    .addOption(roleOption())
    .addOption(drainOption())
    .option('--in-container', 'serve as the images do: see docs/containers.md', false)
    .action(async (path: string, flags: ServeFlags) => {
      const redis = flags.redis ?? null;
      if (redis === null && flags.role !== 'both') throw KnownError.of('PONS_ERR_CLI_ROLE', { role: flags.role });
      const payloads = flags.payloads ?? null;
      if (redis === null && payloads !== null) {
        throw KnownError.of('PONS_ERR_CLI_PAYLOADS', { place: payloads.shown });
      }
      const sink = openSink(STDOUT, isatty(STDOUT));
      const logger = createLogger(sink);
      try {
        await serve({
          path,
          apis: flags.api ?? null,
          ...placeOf(flags),
          redis,
          payloads,
          role: flags.role,
          runDependenciesSh: flags.runDependenciesSh,
          allowedHosts: flags.allowHost,
          startTimeoutMs: flags.startTimeout,
          tensorflowServing: flags.tensorflowServing ?? null,
          maxBodyBytes: flags.maxBody,
          logger,
          stop,
          serving: (url, { location, specs }, takes) => {
            const lines = takes === 'workloads' ? welcome(url, location.root, specs) : welcomeOfHost(url, specs);
            for (const line of lines) logger.info(line);
          },
        });
      } finally {
        await sink.close();
        if (stop.hungUp()) leaveTerminal();
      }
    });
}
