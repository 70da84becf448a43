import { Worker } from 'node:worker_threads';
import { Bodies } from '../../../runtime/workloads/embedded/bodies.ts';
import { Disk } from '../../../runtime/workloads/embedded/disk.ts';
import { EndListeners } from '../../../runtime/workloads/end-listeners.ts';
import { GroupCommit } from '../../../runtime/workloads/embedded/group-commit.ts';
import { Listeners } from '../../../runtime/workloads/listeners.ts';
import { storePaths } from '../../../runtime/workloads/embedded/paths.ts';
import { EmbeddedStore } from '../../../runtime/workloads/embedded/store.ts';
import { makeTempDir, removeTempDir } from '../../support/temp-dir.ts';

const DIES_WHEN_ASKED = "require('node:worker_threads').parentPort.once('message', () => process.exit(7))";

/** Runs `act` with a store whose thread dies when it is first asked for something, which may or may not have been done. */
export async function withDyingThread(
  act: (store: EmbeddedStore, folder: string, notices: readonly string[]) => Promise<void>,
): Promise<void> {
  const folder = makeTempDir();
  const thread = new Worker(DIES_WHEN_ASKED, { eval: true });
  const notices: string[] = [];
  const commits = new GroupCommit(thread, `${folder}/store.db`, {
    onQueued: () => undefined,
    onEnded: () => undefined,
    onLost: ({ code }) => void notices.push(code),
  });
  const disk = new Disk(storePaths(folder), 0);
  const bodies = new Bodies(folder, disk);
  const store = new EmbeddedStore({
    thread,
    commits,
    listeners: new Listeners(),
    endListeners: new EndListeners([]),
    clock: Date.now,
    disk,
    bodies,
  });
  try {
    await act(store, folder, notices);
  } finally {
    await thread.terminate();
    removeTempDir(folder);
  }
}
