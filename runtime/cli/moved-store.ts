import type { Command } from 'commander';
import { KnownError } from '../errors/known-error.ts';
import type { RedisAddress } from '../workloads/redis/address.ts';

interface StoreFlags {
  readonly stateDir?: string;
  readonly redis?: RedisAddress;
}

/** The one store that a command is about. What is on the command line goes before the environment; two of them there are refused with `PONS_ERR_CLI_USAGE`. */
export function storeOf(
  { stateDir, redis }: StoreFlags,
  command: Command,
): { readonly stateDir: string | null; readonly redis: RedisAddress | null } {
  if (stateDir === undefined) return { stateDir: null, redis: redis ?? null };
  if (command.getOptionValueSource('redis') === 'cli') {
    const text = '--state-dir and --redis each name a store of workloads, and the command is for one of them';
    throw KnownError.of('PONS_ERR_CLI_USAGE', { text });
  }
  return { stateDir, redis: null };
}
