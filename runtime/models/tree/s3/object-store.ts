import { mkdir, rm, stat, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../../../errors/known-error.ts';
import { download, type DownloadOptions } from './download.ts';
import { nameFor, type RemoteObject } from './object.ts';
import { storeProblem } from './part-file.ts';
import { Turns } from '../../turns.ts';
import { inTurn } from './in-turn.ts';

const DOWNLOADS_AT_ONCE = 4;

/** Objects of buckets on this machine, each under a name that its ETag has part in: what is there need not be asked for. */
export class ObjectStore {
  readonly folder: string;
  readonly #endpoint: string;
  readonly #turns = new Turns(DOWNLOADS_AT_ONCE);

  constructor(folder: string, endpoint: string) {
    this.folder = folder;
    this.#endpoint = endpoint;
  }

  pathOf({ bucket, key, etag, sizeBytes }: RemoteObject): string {
    return join(this.folder, nameFor(this.#endpoint, bucket, key, etag, String(sizeBytes)));
  }

  /** Those that are not there yet. */
  async missing(objects: readonly RemoteObject[]): Promise<RemoteObject[]> {
    const there = await Promise.all(objects.map((object) => this.#isThere(object)));
    return objects.filter((_, at) => there[at] !== true);
  }

  /** Resolves when all of them are there. Rejects with a `KnownError`, or with the signal's reason. */
  async ensure(objects: readonly RemoteObject[], options: DownloadOptions): Promise<void> {
    await mkdir(this.folder, { recursive: true }).catch((error: unknown) => {
      throw storeProblem(error, this.folder, 0);
    });
    await this.#makeSure(await this.missing(objects));
    const ending = new AbortController();
    const signal = AbortSignal.any([options.signal, ending.signal]);
    const one = (object: RemoteObject) => this.#ensureOne(object, { ...options, signal });
    const downloads = objects.map((object) => one(object));
    try {
      await Promise.all(downloads);
    } finally {
      // The others of a version that cannot be had are of no use; what they have is kept for the next time.
      ending.abort(new Error('another download of the version failed'));
      await Promise.allSettled(downloads);
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
      if (links <= 1) await rm(path, { force: true });
    });
  }

  #ensureOne(object: RemoteObject, options: DownloadOptions): Promise<void> {
    const path = this.pathOf(object);
    return inTurn(path, () =>
      this.#turns.run(async () => {
        options.signal.throwIfAborted();
        if (!(await this.#isThere(object))) await download(object, path, options);
        // How long ago it was of use decides when it is swept.
        await utimes(path, new Date(), new Date()).catch(() => undefined);
      }),
    );
  }

  async #isThere(object: RemoteObject): Promise<boolean> {
    return stat(this.pathOf(object)).then(
      ({ size }) => size === object.sizeBytes,
      () => false,
    );
  }

  /** Rejects with `PONS_ERR_MODELS_DISK_FULL` rather than filling the disk for an hour first. */
  async #makeSure(objects: readonly RemoteObject[]): Promise<void> {
    const parts = objects.map(async (object) => {
      const part = await stat(`${this.pathOf(object)}.part`).then(
        ({ size }) => size,
        () => 0,
      );
      return Math.max(0, object.sizeBytes - part);
    });
    const neededBytes = (await Promise.all(parts)).reduce((sum, bytes) => sum + bytes, 0);
    // A file system that does not tell is not a full one: writing will show.
    const freeBytes = await statfs(this.folder).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => Infinity,
    );
    if (neededBytes <= freeBytes) return;
    throw KnownError.of('PONS_ERR_MODELS_DISK_FULL', { folder: this.folder, neededBytes, freeBytes });
  }
}
