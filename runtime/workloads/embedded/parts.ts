import type { Worker } from 'node:worker_threads';
import type { EndListeners } from '../end-listeners.ts';
import type { Listeners } from '../listeners.ts';
import type { Bodies } from './bodies.ts';
import type { Disk } from './disk.ts';
import type { GroupCommit } from './group-commit.ts';

/** What an open store is made of. */
export interface Parts {
  readonly thread: Worker;
  readonly commits: GroupCommit;
  readonly listeners: Listeners;
  readonly endListeners: EndListeners;
  readonly clock: () => number;
  readonly disk: Disk;
  readonly bodies: Bodies;
}
