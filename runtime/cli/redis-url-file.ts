import { readFileSync } from 'node:fs';
import { KnownError } from '../errors/known-error.ts';
import { messageOf } from '../errors/render.ts';

/**
 * Puts what the file of `PONS_REDIS_URL_FILE` holds into `PONS_REDIS_URL`: container engines hand secrets over as files. Throws
 * `PONS_ERR_CLI_REDIS_FILE`.
 */
export function readRedisUrlFile(environment: NodeJS.ProcessEnv): void {
  const path = environment['PONS_REDIS_URL_FILE'];
  if (path === undefined || path === '') return;
  const refuse = (reason: string, cause?: unknown): never => {
    throw KnownError.of('PONS_ERR_CLI_REDIS_FILE', { path, reason }, cause);
  };
  if ((environment['PONS_REDIS_URL'] ?? '') !== '') refuse('but PONS_REDIS_URL is set too');
  const url = readTrimmed(path, refuse);
  if (url === '') refuse('which is empty');
  environment['PONS_REDIS_URL'] = url;
}

function readTrimmed(path: string, refuse: (reason: string, cause: unknown) => never): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    return refuse(`which cannot be read (${messageOf(error)})`, error);
  }
}
