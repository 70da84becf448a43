import type { Command } from 'commander';
import { KnownError } from '../errors/known-error.ts';
import type { BlobLocation } from '../workloads/blobs/location.ts';
import type { RedisAddress } from '../workloads/redis/address.ts';

/** The options by which a command is told of one store. */
export interface StoreFlags {
  readonly stateDir?: string;
  readonly redis?: RedisAddress;
  readonly payloads?: BlobLocation;
}

interface NamedStore {
  readonly stateDir: string | null;
  readonly redis: RedisAddress | null;
  readonly payloads: BlobLocation | null;
}

/**
 * The one store that a command is about. What is on the command line goes before the environment; two of them there are refused with `PONS_ERR_CLI_USAGE`, a
 * bucket without a Redis with `PONS_ERR_CLI_PAYLOADS`.
 */
export function storeOf({ stateDir, redis, payloads }: StoreFlags, command: Command): NamedStore {
  const isTyped = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  if (stateDir !== undefined && isTyped('redis')) {
    const text = '--state-dir and --redis each name a store of workloads, and the command is for one of them';
    throw KnownError.of('PONS_ERR_CLI_USAGE', { text });
  }
  if (stateDir === undefined && redis !== undefined) return { stateDir: null, redis, payloads: payloads ?? null };
  if (payloads !== undefined && (stateDir === undefined || isTyped('payloads'))) {
    throw KnownError.of('PONS_ERR_CLI_PAYLOADS', { place: payloads.shown });
  }
  return { stateDir: stateDir ?? null, redis: null, payloads: null };
}
