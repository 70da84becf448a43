import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KnownError } from '../../errors/known-error.ts';
import { isErrno, reasonOf } from '../../project/errno.ts';
import { makeFolder } from '../../state/make-folder.ts';

/** Where the secrets of a compose project are, beside its file: hidden, so that they never become part of a project. */
export const SECRETS_DIR = '.pons-secrets';
export const PASSWORD_FILE = 'redis-password';
export const URL_FILE = 'redis-url';

const PASSWORD_BYTES = 32;

/**
 * Makes the password of Redis, unless there is one, and the URL that holds it. Only the user may enter the folder; the files themselves can be
 * read by whoever has them in a container, where another uid than the user's does. Fails with `PONS_ERR_EXPORT_UNWRITABLE`.
 */
export async function keepSecrets(folder: string, redisHost: string): Promise<void> {
  const dir = join(folder, SECRETS_DIR);
  try {
    makeFolder(resolve(dir), 0o700);
    await chmod(dir, 0o700);
    const password = (await readPassword(dir)) ?? (await makePassword(dir));
    await writeReadable(join(dir, URL_FILE), `redis://:${encodeURIComponent(password)}@${redisHost}:6379/0\n`);
  } catch (error) {
    throw KnownError.of('PONS_ERR_EXPORT_UNWRITABLE', { path: dir, reason: reasonOf(error) }, error);
  }
}

async function readPassword(dir: string): Promise<string | null> {
  try {
    return (await readFile(join(dir, PASSWORD_FILE), 'utf8')).trim() || null;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

async function makePassword(dir: string): Promise<string> {
  const password = randomBytes(PASSWORD_BYTES).toString('hex');
  await writeReadable(join(dir, PASSWORD_FILE), `${password}\n`);
  return password;
}

async function writeReadable(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  // Whatever the umask is.
  await chmod(path, 0o644);
}
