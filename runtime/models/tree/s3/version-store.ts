import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from '../reason.ts';
import type { Candidate } from '../sight.ts';
import { nameFor, type RemoteObject } from './object.ts';
import type { ObjectStore } from './object-store.ts';
import { storeProblem } from './part-file.ts';
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

  /** Keeps the version's folder until `drop` or `letGo`; false where there is none. */
  hold(candidate: Candidate): Promise<boolean> {
    const home = this.#homeOf(candidate);
    return inTurn(home, async () => {
      const isThere = await stat(home).then(
        () => true,
        () => false,
      );
      if (!isThere) return false;
      await utimes(home, new Date(), new Date()).catch(() => undefined);
      if (!this.#held.has(home)) users.set(home, (users.get(home) ?? 0) + 1);
      this.#held.add(home);
      return true;
    });
  }

  /** Epoch ms: when the version's folder was last held; null where there is none. */
  heldAt(candidate: Candidate): Promise<number | null> {
    return stat(this.#homeOf(candidate)).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    );
  }

  /** Makes the version's folder of `objects`, which lie in `store`. Rejects with ENOENT where one was taken away meanwhile. */
  make(candidate: Candidate, objects: readonly RemoteObject[], store: ObjectStore): Promise<void> {
    const home = this.#homeOf(candidate);
    return inTurn(home, async () => {
      const draft = `${home}.${randomUUID()}.draft`;
      try {
        await mkdir(join(draft, candidate.version), { recursive: true });
        for (const object of objects)
          await linkOrCopy(store.pathOf(object), join(draft, candidate.version, object.path));
        await rename(draft, home);
      } catch (error) {
        await rm(draft, { recursive: true, force: true });
        if (
          ['EEXIST', 'ENOTEMPTY'].includes(errnoOf(error)) &&
          (await stat(home).then(
            () => true,
            () => false,
          ))
        )
          return;
        if (errnoOf(error) === 'ENOENT') throw error;
        throw storeProblem(
          error,
          home,
          objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        );
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
