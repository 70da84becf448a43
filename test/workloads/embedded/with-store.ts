import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import type { EmbeddedStore } from '../../../runtime/workloads/embedded/store.ts';
import { deadline } from '../../support/deadline.ts';
import { makeTempDir, removeTempDir } from '../../support/temp-dir.ts';

const DEADLINE_MS = 100_000;

/** Runs `act` on a new store, which is closed and removed afterwards. */
export async function withEmbeddedStore(act: (store: EmbeddedStore, stateDir: string) => Promise<void>): Promise<void> {
  await withStateDir(async (stateDir) => {
    await withStoreAt(stateDir, (store) => act(store, stateDir));
  });
}

/** Runs `act` on the store of a state folder, which is closed afterwards and stays. */
export async function withStoreAt(stateDir: string, act: (store: EmbeddedStore) => Promise<void>): Promise<void> {
  const store = await openEmbeddedStore({ stateDir });
  try {
    await deadline(DEADLINE_MS, act(store), 'the work on the store');
  } finally {
    await deadline(DEADLINE_MS, store.close(), 'closing the store');
  }
}

/** Runs `act` with the path of a state folder that does not exist yet. */
export async function withStateDir(act: (stateDir: string) => Promise<void>): Promise<void> {
  const folder = makeTempDir();
  try {
    await act(`${folder}/state`);
  } finally {
    removeTempDir(folder);
  }
}
