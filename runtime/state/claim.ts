import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isKnownError, KnownError } from '../errors/known-error.ts';
import { freeBytesAt } from './free-bytes.ts';
import { makeFolder } from './make-folder.ts';
import { APPLICATION_ID, STORE_FILE } from './store-file.ts';
import { systemReasonOf, type SystemError } from './system-reason.ts';

/*
 * Pons deletes what it no longer needs below its state folder. A folder that somebody named by mistake must not lose a file to that: so only a
 * folder with the marker is ours, and only one that was empty, or held nothing but ours, gets it.
 */

/** What is in a folder that is ours. */
export const MARKER = '.pons-state';
const MARKER_TEXT =
  'Pons keeps its state in this folder and deletes what it no longer needs here: keep nothing of your own in it.\n';
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Names that an empty folder may hold: what a file system makes by itself, and the environments of versions that wrote no marker. */
const NOBODYS = new Set(['lost+found', 'environments']);

/**
 * Makes sure that the folder at an absolute path exists, is ours and can be written; a new one can be entered by its owner only.
 * To be called before anything is written below it; cheap, and as often as one likes. Throws `PONS_ERR_STATE_FOREIGN`,
 * `PONS_ERR_STATE_NOT_A_FOLDER`, `PONS_ERR_STATE_UNWRITABLE` or `PONS_ERR_STATE_DISK_FULL`.
 */
export function claimStateFolder(folder: string): void {
  try {
    makeFolder(folder, FOLDER_MODE);
    if (!statSync(folder).isDirectory()) throw notAFolder(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    const names = readdirSync(folder);
    if (!names.includes(MARKER)) {
      assertNobodys(folder, names);
      writeNew(join(folder, MARKER), MARKER_TEXT);
      writeNew(join(folder, '.gitignore'), '*\n');
    }
    // One name for everybody: what a process that was killed here has left goes with the next claim.
    const probe = join(folder, '.writable');
    writeFileSync(probe, '', { mode: FILE_MODE });
    rmSync(probe, { force: true });
  } catch (error) {
    throw isKnownError(error) ? error : asKnown(folder, error as SystemError);
  }
}

function assertNobodys(folder: string, names: readonly string[]): void {
  const strangers = names.filter((name) => !NOBODYS.has(name)).sort();
  if (strangers.length === 0 || holdsStore(folder)) return;
  throw KnownError.of('PONS_ERR_STATE_FOREIGN', { path: folder, found: strangers });
}

/** A copy of a state folder made with `*` has the store but not the marker. */
function holdsStore(folder: string): boolean {
  try {
    return applicationIdOf(join(folder, STORE_FILE)) === APPLICATION_ID;
  } catch {
    return false;
  }
}

/** Source: the SQLite database header, offset 68. */
function applicationIdOf(path: string): number {
  const header = Buffer.alloc(72);
  if (!statSync(path).isFile()) return 0;
  const fd = openSync(path, 'r');
  try {
    readSync(fd, header, 0, header.length, 0);
  } finally {
    closeSync(fd);
  }
  return header.toString('latin1', 0, 15) === 'SQLite format 3' ? header.readUInt32BE(68) : 0;
}

/** Another process may have claimed the folder at the same moment. */
function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: FILE_MODE });
  } catch (error) {
    if ((error as SystemError).code !== 'EEXIST') throw error;
  }
}

function notAFolder(path: string): KnownError {
  return KnownError.of('PONS_ERR_STATE_NOT_A_FOLDER', { path });
}

function asKnown(path: string, error: SystemError): KnownError {
  switch (error.code ?? '') {
    case 'EEXIST':
    case 'ENOTDIR':
      return notAFolder(path);
    case 'ENOSPC':
    case 'EDQUOT':
      return KnownError.of('PONS_ERR_STATE_DISK_FULL', { path, freeBytes: freeBytesAt(path) }, error);
    default:
      return KnownError.of('PONS_ERR_STATE_UNWRITABLE', { path, reason: systemReasonOf(error) }, error);
  }
}
