import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { KnownError } from '../errors/known-error.ts';
import { messageOf } from '../errors/render.ts';
import { parseRedisUrl } from '../workloads/redis/address.ts';

/**
 * Before the action of a command that has `--redis`: takes it from the file of `PONS_REDIS_URL_FILE`, since container engines hand secrets over as files. What
 * is typed goes before it. Throws `PONS_ERR_CLI_REDIS_FILE`, and as `parseRedisUrl`.
 */
export function takeRedisUrlFile(command: Command): void {
  if (command.getOptionValueSource('redis') === 'cli') return;
  const url = readRedisUrlFile(process.env);
  if (url !== null) command.setOptionValueWithSource('redis', parseRedisUrl(url), 'env');
}

/** What the file of `PONS_REDIS_URL_FILE` holds; null where none is named. Throws `PONS_ERR_CLI_REDIS_FILE`. */
export function readRedisUrlFile(environment: NodeJS.ProcessEnv): string | null {
  const path = environment['PONS_REDIS_URL_FILE'];
  if (path === undefined || path === '') return null;
  const refuse = (reason: string, cause?: unknown): never => {
    throw KnownError.of('PONS_ERR_CLI_REDIS_FILE', { path, reason }, cause);
  };
  if ((environment['PONS_REDIS_URL'] ?? '') !== '') refuse('but PONS_REDIS_URL is set too');
  const url = readTrimmed(path, refuse);
  if (url === '') refuse('which is empty');
  return url;
}

function readTrimmed(path: string, refuse: (reason: string, cause: unknown) => never): string {
  try {
    // Without waiting: a pipe that nobody writes to would hold us up for ever, deaf to signals.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw new Error(stats.isDirectory() ? 'it is a folder' : 'it is not a file');
      return readFileSync(file, 'utf8').trim();
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return refuse(`which cannot be read (${messageOf(error)})`, error);
  }
}
