import { join } from 'node:path';
import { KnownError } from '../../../errors/known-error.ts';
import { type Bucketeer, openClient } from '../../../s3/client.ts';
import type { Logger } from '../../../log/logger.ts';
import { clipped } from '../../clipped.ts';
import { listed } from '../../listed.ts';
import { describeVersion } from '../../model-version.ts';
import type { ModelType } from '../format.ts';
import { readSource, type Source } from '../look.ts';
import type { WatchedSource } from '../polled-tree.ts';
import { errnoOf } from '../reason.ts';
import type { Candidate } from '../sight.ts';
import { Checksums } from './checksums.ts';
import { listBucket } from './list.ts';
import { sayingSo } from './long-wait.ts';
import { addressOf, objectsOf } from './object.ts';
import { ObjectStore } from './object-store.ts';
import { asS3Problem } from './problem.ts';
import { Progress } from './progress.ts';
import { sweep } from './sweep.ts';
import { VersionStore } from './version-store.ts';

export interface S3Options {
  readonly type: ModelType;
  readonly stateDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly say: (line: string) => void;
}

interface Stores {
  readonly bucketeer: Bucketeer;
  readonly objects: ObjectStore;
  readonly versions: VersionStore;
}

/** How often a version is put together anew: another API may take a part of it away at that moment. */
const MAX_TRIES = 3;

/** Makes sources of locations in buckets; null for others. What is downloaded is kept in `<stateDir>/models/`. */
export async function openS3(options: S3Options): Promise<(source: Source) => WatchedSource | null> {
  const bucketeer = await openClient({ ...process.env, ...options.environment });
  const folder = join(options.stateDir, 'models');
  const folders = {
    versions: join(folder, 'versions'),
    objects: join(folder, 'objects'),
    checksums: join(folder, 'checksums'),
  };
  await sweep(folders);
  const { endpoint } = bucketeer;
  const stores = {
    bucketeer,
    objects: new ObjectStore(folders.objects, new Checksums(folders.checksums), endpoint),
    versions: new VersionStore(folders.versions, endpoint),
  };
  return (source) => watchS3(options, source, stores);
}

function watchS3({ type, say, logger }: S3Options, source: Source, stores: Stores): WatchedSource | null {
  const { location } = source;
  if (location.kind !== 's3') return null;
  const { bucket, key, shown } = location;
  const { bucketeer } = stores;
  let isFirst = true;
  let told = '';
  const leftOut = (keys: readonly string[]): void => {
    const names = listed(keys.map((one) => JSON.stringify(clipped(one))));
    if (names !== told && names !== '')
      logger.warning(`No file can be called as these keys of ${bucket} are, which are left out: ${names}`);
    told = names;
  };
  return {
    shown,
    look: async (signal) => {
      try {
        const list = () => listBucket(bucketeer.client, bucket, key, signal, leftOut);
        const what = `an answer of ${bucketeer.endpoint} about ${shown}`;
        // Later, a server that says nothing is warned of once, and nobody waits for it.
        const listing = await (isFirst ? sayingSo(what, say, list) : list());
        isFirst = false;
        return readSource(type, source, listing);
      } catch (error) {
        signal.throwIfAborted();
        throw asS3Problem(error, shown, bucket, bucketeer);
      }
    },
    fetch: (candidate, signal) => fetchVersion(candidate, stores, say, signal),
    copiedAt: (candidate) => stores.versions.heldAt(candidate),
    discard: async (candidate) => {
      if (!(await stores.versions.drop(candidate))) return;
      for (const object of objectsOf(candidate)) await stores.objects.remove(object);
    },
    close: () => {
      stores.versions.letGo();
      bucketeer.client.destroy();
    },
  };
}

async function fetchVersion(
  candidate: Candidate,
  { bucketeer, objects, versions }: Stores,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const parts = objectsOf(candidate);
  for (let tries = 1; ; tries += 1) {
    const outcome = await versions.hold(candidate, parts, objects);
    if (outcome === 'held') return versions.pathOf(candidate);
    if (tries > MAX_TRIES) {
      const reason = 'what was written there reads otherwise';
      throw KnownError.of('PONS_ERR_MODELS_NOT_STORED', { path: versions.pathOf(candidate), reason });
    }
    if (outcome === 'damaged') {
      say(
        `What is kept of ${describeVersion(candidate)} in ${versions.folder} is not what was downloaded, and is made anew.`,
      );
    }
    const missing = await objects.missing(parts);
    const sizeBytes = missing.reduce((sum, part) => sum + part.sizeBytes, 0);
    const from = addressOf({ bucket: parts[0]?.bucket ?? '', key: parts[0]?.key ?? '' });
    const progress = missing.length > 0 ? new Progress(describeVersion(candidate), from, sizeBytes, say) : null;
    await objects.download(missing, { bucketeer, signal, arrived: (bytes) => progress?.arrived(bytes) });
    progress?.ended();
    await versions.make(candidate, parts, objects).catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOENT' || tries >= MAX_TRIES) throw error;
    });
  }
}
