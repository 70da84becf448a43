import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from '../reason.ts';
import type { Candidate } from '../sight.ts';
import { nameFor, type RemoteObject } from './object.ts';
import type { ObjectStore } from './object-store.ts';
import { storeProblem } from './store-problem.ts';
import { inTurn } from './in-turn.ts';

/** How many APIs of this process use each version's folder: nobody else uses a state folder at the same time. */
const users = new Map<string, number>();

export function isUsed(folder: string): boolean {
  return (users.get(folder) ?? 0) > 0;
}

/** Version folders made of links to objects: the same names as in the bucket, and no byte twice. */
export class VersionStore {
  readonly folder: string;
  readonly #endpoint: string;
  readonly #held = new Set<string>();

  constructor(folder: string, endpoint: string) {
    this.folder = folder;
    this.#endpoint = endpoint;
  }

  /** The absolute path of what to open. Its folder is named by the version, and has nothing beside it. */
  pathOf(candidate: Candidate): string {
    const { version, isFile, folder, entry, files } = candidate;
    const inside = isFile ? (files[0]?.path ?? '') : entry.slice(folder.length);
    return join(this.#homeOf(candidate), version, inside);
  }

  /** Keeps the version's folder until `drop` or `letGo`, unless there is none of all `objects` as they were when they came to `store`. */
  hold(
    candidate: Candidate,
    objects: readonly RemoteObject[],
    store: ObjectStore,
  ): Promise<'held' | 'absent' | 'damaged'> {
    const home = this.#homeOf(candidate);
    return inTurn(home, async () => {
      if (!(await isThere(home))) return 'absent';
      if (!(await isWhole(join(home, candidate.version), objects, store))) return 'damaged';
      await utimes(home, new Date(), new Date()).catch(() => undefined);
      if (!this.#held.has(home)) users.set(home, (users.get(home) ?? 0) + 1);
      this.#held.add(home);
      return 'held';
    });
  }

  /** Epoch ms: when the version's folder was last held; null where there is none. */
  heldAt(candidate: Candidate): Promise<number | null> {
    return stat(this.#homeOf(candidate)).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    );
  }

  /** Makes the version's folder of `objects`, which lie in `store`, in the place of a damaged one. Rejects with ENOENT where one was taken away meanwhile. */
  make(candidate: Candidate, objects: readonly RemoteObject[], store: ObjectStore): Promise<void> {
    const home = this.#homeOf(candidate);
    return inTurn(home, async () => {
      const [draft, old] = [`${home}.${randomUUID()}.draft`, `${home}.${randomUUID()}.draft`];
      try {
        await mkdir(join(draft, candidate.version), { recursive: true });
        for (const object of objects)
          await linkOrCopy(store.pathOf(object), join(draft, candidate.version, object.path));
        // Another API may have made it meanwhile.
        if (await isWhole(join(home, candidate.version), objects, store)) return;
        if (await isThere(home)) await rename(home, old);
        await rename(draft, home);
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') throw error;
        throw storeProblem(
          error,
          home,
          objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        );
      } finally {
        for (const folder of [draft, old]) await rm(folder, { recursive: true, force: true });
      }
    });
  }

  /** Removes the folder, if nobody else uses it; whether it did. */
  drop(candidate: Candidate): Promise<boolean> {
    const home = this.#homeOf(candidate);
    return inTurn(home, async () => {
      this.#release(home);
      if (isUsed(home)) return false;
      await rm(home, { recursive: true, force: true });
      return true;
    });
  }

  /** Uses none of them any more, and leaves them for the next start. */
  letGo(): void {
    for (const home of [...this.#held]) this.#release(home);
  }

  #release(home: string): void {
    if (!this.#held.delete(home)) return;
    const left = (users.get(home) ?? 1) - 1;
    if (left > 0) users.set(home, left);
    else users.delete(home);
  }

  #homeOf({ location, folder, fingerprint, version }: Candidate): string {
    const place = location.kind === 's3' ? [location.bucket, location.key] : [location.path];
    return join(this.folder, nameFor(this.#endpoint, ...place, folder, version, fingerprint));
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Whether `folder` holds all `objects`, and each is what `store` has downloaded. */
async function isWhole(folder: string, objects: readonly RemoteObject[], store: ObjectStore): Promise<boolean> {
  for (const object of objects) if (!(await store.isWhole(object, join(folder, object.path)))) return false;
  return true;
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await link(from, to);
  } catch (error) {
    // Not every file system has links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errnoOf(error))) throw error;
    await copyFile(from, to);
  }
}
