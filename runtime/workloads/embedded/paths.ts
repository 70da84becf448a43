import { join } from 'node:path';
import { STORE_FILE } from '../../state/store-file.ts';

/** The places in a state folder that belong to the embedded store. */
export interface StorePaths {
  readonly folder: string;
  readonly database: string;
  /** Says that the folder has had a database, so that one that is missing is missed. */
  readonly made: string;
  /** Bodies above `LARGE_BODY_BYTES`, each a file. */
  readonly bodies: string;
  readonly lock: string;
  /** Says who holds the lock. */
  readonly owner: string;
}

/** `folder` is absolute. */
export function storePaths(folder: string): StorePaths {
  return {
    folder,
    database: join(folder, STORE_FILE),
    made: join(folder, `${STORE_FILE}.made`),
    bodies: join(folder, 'bodies'),
    lock: join(folder, 'lock'),
    owner: join(folder, 'lock.owner'),
  };
}
