import { isatty } from 'node:tty';
import { Command } from 'commander';
import { createLogger } from '../../log/logger.ts';
import { openSink } from '../../log/sink.ts';
import { exportState } from '../../supervisor/export-state.ts';
import type { StopRequests } from '../../supervisor/signals.ts';
import type { BlobLocation } from '../../workloads/blobs/location.ts';
import type { RedisAddress } from '../../workloads/redis/address.ts';
import { gatherNames, parseFile, parseStateDir, payloadsOption, redisOption } from '../options.ts';
import { storeOf } from '../moved-store.ts';
import { writeLine } from '../terminal.ts';

interface ExportFlags {
  readonly to: string;
  readonly stateDir?: string;
  readonly redis?: RedisAddress;
  readonly payloads?: BlobLocation;
  readonly api: readonly string[];
}

const STDERR = 2;

export function exportStateCommand(stop: StopRequests): Command {
  return new Command('export-state')
    .description('write all workloads to a file, for pons import-state; nothing may be served from them meanwhile')
    .argument('[path]', 'folder with a cortex.yaml, or a configuration file', '.')
    .requiredOption('--to <file>', 'the file to write; there must be none of that name', parseFile)
    .option('--state-dir <folder>', 'where the workloads are (default: .pons in the project)', parseStateDir)
    .addOption(redisOption('the Redis that the workloads are in, if they are in no folder'))
    .addOption(payloadsOption())
    .option('--api <name>', 'only those of this API (repeatable)', gatherNames, [])
    .action(async (path: string, flags: ExportFlags, command: Command) => {
      const sink = openSink(STDERR, isatty(STDERR));
      try {
        const { stateDir, redis, payloads } = storeOf(flags, command);
        const { store, queued, ended, apis, left } = await exportState({
          ...{ path, stateDir, redis, payloads, file: flags.to, apis: flags.api },
          logger: createLogger(sink),
          signal: stop.drain,
        });
        const of = apis.length === 0 ? '' : ` of ${apis.join(', ')}`;
        writeLine(
          `Exported ${queued + ended} workloads${of} from ${store} to ${flags.to}: ${queued} in queue, ${ended} ended`,
        );
        if (left.length > 0) writeLine(`Not exported: ${left.join(', ')}; name them with --api to export them too`);
      } finally {
        await sink.close();
      }
    });
}
