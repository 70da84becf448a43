import { existsSync } from 'node:fs';
import { FaultError, knownErrorOf } from './fault.ts';
import { takeLock, type StateLock } from './lock.ts';
import { storePaths } from './paths.ts';

/**
 * Takes a state folder for a process that keeps its workloads elsewhere, so that no other one clears away what it works with. Throws
 * `PONS_ERR_STATE_LOCKED`, or what kept it from trying.
 */
export function lockStateFolder(folder: string): StateLock {
  try {
    return takeLock(storePaths(folder));
  } catch (error) {
    throw error instanceof FaultError ? knownErrorOf(error.fault) : error;
  }
}

/** Whether an embedded store lies in a state folder. */
export function holdsEmbeddedStore(folder: string): boolean {
  return existsSync(storePaths(folder).database);
}

/** Whether an embedded store lies in a state folder, or is missing there though there was one. */
export function hasHadEmbeddedStore(folder: string): boolean {
  return holdsEmbeddedStore(folder) || existsSync(storePaths(folder).made);
}
