/**
 * Hazard: where the file descriptors run out within Node's `spawn`, it leaves those of the pipes that it had made open for ever, one more at each try, and
 * execa loses the child and with it the `error` event, which ends this whole program. Remedy: nothing is spawned before it has been seen that there is room.
 */
import { closeSync, openSync } from 'node:fs';
import { shortageIn } from './shortage.ts';

/** More than a child with five pipes takes: two for each, two for the news of its start; the rest is for what other threads open meanwhile. */
const NEEDED_FDS = 24;

/** To be called right before each spawn, in the same turn. Throws `PONS_ERR_MACHINE_NO_FILES`; `what` is to be started, and begins a sentence. */
export function assertSpawnRoom(what: string): void {
  const opened: number[] = [];
  try {
    while (opened.length < NEEDED_FDS) opened.push(openSync('/dev/null', 'r'));
  } catch (error) {
    throw shortageIn(error, what) ?? error;
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}
