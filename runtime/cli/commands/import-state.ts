import { isatty } from 'node:tty';
import { Command } from 'commander';
import { createLogger } from '../../log/logger.ts';
import { openSink } from '../../log/sink.ts';
import { conflictOf, importState } from '../../supervisor/import-state.ts';
import type { StopRequests } from '../../supervisor/signals.ts';
import type { BlobLocation } from '../../workloads/blobs/location.ts';
import type { RedisAddress } from '../../workloads/redis/address.ts';
import { storeOf } from '../moved-store.ts';
import { parseFile, parseStateDir, payloadsOption, redisOption } from '../options.ts';
import { writeLine } from '../terminal.ts';

interface ImportFlags {
  readonly from: string;
  readonly stateDir?: string;
  readonly redis?: RedisAddress;
  readonly payloads?: BlobLocation;
}

const STDERR = 2;

export function importStateCommand(stop: StopRequests): Command {
  return new Command('import-state')
    .description(
      'store the workloads of a file that pons export-state wrote; those that are there already stay as they are',
    )
    .argument('[path]', 'folder with a cortex.yaml, or a configuration file', '.')
    .requiredOption('--from <file>', 'the file to read', parseFile)
    .option('--state-dir <folder>', 'where the workloads go (default: .pons in the project)', parseStateDir)
    .addOption(redisOption('the Redis that the workloads go to, if they go to no folder'))
    .addOption(payloadsOption())
    .action(async (path: string, flags: ImportFlags, command: Command) => {
      const sink = openSink(STDERR, isatty(STDERR));
      try {
        const { stateDir, redis, payloads } = storeOf(flags, command);
        const imported = await importState({
          ...{ path, stateDir, redis, payloads, file: flags.from },
          logger: createLogger(sink),
          signal: stop.drain,
        });
        const { stored, known, expired } = imported.arrivals;
        writeLine(
          `Imported ${stored} workloads from ${flags.from} into ${imported.store}: ${known} were there already, ${expired} ended too long ago to be kept`,
        );
        const conflict = conflictOf(imported);
        if (conflict !== null) throw conflict;
      } finally {
        await sink.close();
      }
    });
}
