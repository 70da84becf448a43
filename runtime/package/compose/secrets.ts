import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isKnownError, KnownError } from '../../errors/known-error.ts';
import { isErrno, reasonOf } from '../../project/errno.ts';
import { makeFolder } from '../../state/make-folder.ts';

/** Where the secrets of a compose project are, beside its file: hidden, so that they never become part of a project. */
export const SECRETS_DIR = '.pons-secrets';
export const PASSWORD_FILE = 'redis-password';
export const URL_FILE = 'redis-url';

const PASSWORD_BYTES = 32;

/** What would end a line, or be no part of a text, in the configuration file of Redis. */
const CONTROL = /\p{Cc}/u;

/**
 * Makes the password of Redis, unless there is one, and the URL that holds it. Only the user may enter the folder; the files themselves can be
 * read by whoever has them in a container, where another uid than the user's does. Fails with `PONS_ERR_EXPORT_UNWRITABLE` or `PONS_ERR_EXPORT_PASSWORD`.
 */
export async function keepSecrets(folder: string, redisHost: string): Promise<void> {
  const dir = join(folder, SECRETS_DIR);
  try {
    makeFolder(resolve(dir), 0o700);
    await chmod(dir, 0o700);
    const password = (await readPassword(dir)) ?? (await makePassword(dir));
    await writeReadable(join(dir, URL_FILE), `redis://:${encodeURIComponent(password)}@${redisHost}:6379/0\n`);
  } catch (error) {
    if (isKnownError(error)) throw error;
    throw KnownError.of('PONS_ERR_EXPORT_UNWRITABLE', { path: dir, reason: reasonOf(error) }, error);
  }
}

/** As the shells of the containers read it: what is there, without line feeds behind it. null where there is none. */
async function readPassword(dir: string): Promise<string | null> {
  const path = join(dir, PASSWORD_FILE);
  try {
    const bytes = await readFile(path);
    if (!isUtf8(bytes)) throw KnownError.of('PONS_ERR_EXPORT_PASSWORD', { path, reason: 'it is not UTF-8' });
    const password = bytes.toString().replace(/\n+$/, '');
    if (password.trim() === '') return null;
    if (!CONTROL.test(password)) return password;
    throw KnownError.of('PONS_ERR_EXPORT_PASSWORD', { path, reason: 'there is a control character in it' });
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
