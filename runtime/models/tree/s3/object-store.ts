import { mkdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checksums } from './checksums.ts';
import { download, type DownloadOptions } from './download.ts';
import { nameFor, type RemoteObject } from './object.ts';
import { claimRoom } from './room.ts';
import { storeProblem } from './store-problem.ts';
import { Turns } from '../../turns.ts';
import { inTurn } from './in-turn.ts';

const DOWNLOADS_AT_ONCE = 4;

/** Objects of buckets on this machine, each under a name that its ETag has part in: what is there need not be asked for. */
export class ObjectStore {
  readonly folder: string;
  readonly #checksums: Checksums;
  readonly #endpoint: string;
  readonly #turns = new Turns(DOWNLOADS_AT_ONCE);

  constructor(folder: string, checksums: Checksums, endpoint: string) {
    this.folder = folder;
    this.#checksums = checksums;
    this.#endpoint = endpoint;
  }

  pathOf(object: RemoteObject): string {
    return join(this.folder, this.#nameOf(object));
  }

  /** Whether the file at `path` is the object, as it was when it was downloaded. */
  isWhole(object: RemoteObject, path: string): Promise<boolean> {
    return this.#checksums.fits(path, this.#nameOf(object), object.sizeBytes);
  }

  /** Those that are not there, or not as they were when they were downloaded. */
  async missing(objects: readonly RemoteObject[]): Promise<RemoteObject[]> {
    const missing: RemoteObject[] = [];
    for (const object of objects) {
      const path = this.pathOf(object);
      if (!(await this.isWhole(object, path))) missing.push(object);
      // How long ago it was of use decides when it is swept.
      else await utimes(path, new Date(), new Date()).catch(() => undefined);
    }
    return missing;
  }

  /** Downloads what `missing` has found. Rejects with a `KnownError`, or with the signal's reason. */
  async download(objects: readonly RemoteObject[], options: DownloadOptions): Promise<void> {
    await mkdir(this.folder, { recursive: true }).catch((error: unknown) => {
      throw storeProblem(error, this.folder, 0);
    });
    const claim = claimRoom(this.folder, await this.#neededFor(objects));
    const ending = new AbortController();
    const signal = AbortSignal.any([options.signal, ending.signal]);
    const downloads = objects.map((object) => {
      const arrived = (bytes: number): void => {
        claim.arrived(this.pathOf(object), bytes);
        options.arrived(bytes);
      };
      return this.#downloadOne(object, { ...options, signal, arrived });
    });
    try {
      await Promise.all(downloads);
    } finally {
      // The others of a version that cannot be had are of no use; what they have is kept for the next time.
      ending.abort(new Error('another download of the version failed'));
      await Promise.allSettled(downloads);
      claim.end();
    }
  }

  async remove(object: RemoteObject): Promise<void> {
    await inTurn(this.pathOf(object), async () => {
      const path = this.pathOf(object);
      const links = await stat(path).then(
        ({ nlink }) => nlink,
        () => 0,
      );
      // Another version has it too.
      if (links > 1) return;
      await rm(path, { force: true });
      await this.#checksums.forget(this.#nameOf(object));
    });
  }

  #downloadOne(object: RemoteObject, options: DownloadOptions): Promise<void> {
    const path = this.pathOf(object);
    return inTurn(path, () =>
      this.#turns.run(async () => {
        options.signal.throwIfAborted();
        // Another API may have had it downloaded meanwhile.
        if (await this.isWhole(object, path)) return;
        await download(object, path, options, (sha256) => this.#checksums.note(this.#nameOf(object), sha256));
      }),
    );
  }

  #nameOf({ bucket, key, etag, sizeBytes }: RemoteObject): string {
    return nameFor(this.#endpoint, bucket, key, etag, String(sizeBytes));
  }

  /** How many bytes of each no earlier try has left here, by path. */
  async #neededFor(objects: readonly RemoteObject[]): Promise<Map<string, number>> {
    const rests = objects.map(async (object) => {
      const path = this.pathOf(object);
      const part = await stat(`${path}.part`).then(
        ({ size }) => size,
        () => 0,
      );
      return [path, Math.max(0, object.sizeBytes - part)] as const;
    });
    return new Map(await Promise.all(rests));
  }
}
