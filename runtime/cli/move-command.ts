import { isatty } from 'node:tty';
import { Command } from 'commander';
import { createLogger } from '../log/logger.ts';
import { openSink } from '../log/sink.ts';
import type { MovedStoreOptions } from '../supervisor/moved-store.ts';
import type { StopRequests } from '../supervisor/signals.ts';
import { storeOf, type StoreFlags } from './named-store.ts';
import { parseFile, parseStateDir, payloadsOption, redisOption } from './options.ts';
import { takeRedisUrlFile } from './redis-url-file.ts';

interface MoveCommand<Flags> {
  readonly name: string;
  readonly description: string;
  /** The option that names the file, and what is said of it. */
  readonly file: readonly [option: string, description: string];
  /** What is said of `--state-dir`. */
  readonly stateDir: string;
  /** What is said of `--redis`. */
  readonly redis: string;
  /** Moves the workloads, and says what has become of them. */
  readonly act: (flags: Flags, options: MovedStoreOptions) => Promise<void>;
}

const STDERR = 2;

/** A command that moves workloads between one store and a file; what it says beside its output goes to stderr. */
export function moveCommand<Flags extends StoreFlags>(
  { name, description, file, stateDir, redis, act }: MoveCommand<Flags>,
  stop: StopRequests,
): Command {
  return new Command(name)
    .description(description)
    .argument('[path]', 'folder with a cortex.yaml, or a configuration file', '.')
    .requiredOption(...file, parseFile)
    .option('--state-dir <folder>', `${stateDir} (default: .pons in the project)`, parseStateDir)
    .addOption(redisOption(redis))
    .hook('preAction', takeRedisUrlFile)
    .addOption(payloadsOption())
    .action(async (path: string, flags: Flags, command: Command) => {
      const sink = openSink(STDERR, isatty(STDERR));
      try {
        await act(flags, { path, ...storeOf(flags, command), logger: createLogger(sink), signal: stop.drain });
      } finally {
        await sink.close();
      }
    });
}
