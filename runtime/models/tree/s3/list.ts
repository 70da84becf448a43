import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { KnownError } from '../../../errors/known-error.ts';
import { folderListing, type FoundFile, type Listing, NOTHING } from '../listing.ts';
import { addressOf } from './object.ts';

/** Each look asks for every thousand of them and holds all: a location with more holds something else than models. */
const MAX_OBJECTS = 50_000;

/**
 * Lists what is in a bucket at `key`: the objects below it as files of a folder, or the object of that very name where that ends in
 * `.onnx`, with those whose names begin so (`x.onnx.data`). Rejects as the client does,
 * or with `PONS_ERR_MODELS_S3_TOO_MANY`.
 * @param leftOut told of the keys that are no path in a folder
 */
export async function listBucket(
  client: S3Client,
  bucket: string,
  key: string,
  signal: AbortSignal,
  leftOut: (keys: readonly string[]) => void,
): Promise<Listing> {
  if (key.endsWith('.onnx')) {
    const start = key.lastIndexOf('/') + 1;
    const objects = (await listObjects(client, bucket, key, signal)).map((one) => found(one, start));
    const [model, ...others] = objects.filter(({ path }) => !path.includes('/'));
    if (model?.path === key.slice(start)) return { kind: 'file', files: [model, ...others], folders: [], others: [] };
  }
  const prefix = key === '' ? '' : `${key}/`;
  const all = await listObjects(client, bucket, prefix, signal);
  if (all.length === 0) return NOTHING;
  const seen = all.map((one) => found(one, prefix.length)).filter(({ path }) => path !== '');
  const named = seen.filter(({ path }) => isPath(path));
  leftOut(seen.filter(({ path }) => !isPath(path)).map(({ path }) => prefix + path));
  const visible = named.filter(({ path }) => !/(?:^|\/)\./.test(path));
  const files = visible.filter(({ path }) => !path.endsWith('/'));
  // What consoles make for an empty folder.
  const markers = visible.filter(({ path }) => path.endsWith('/')).map(({ path }) => path.slice(0, -1));
  return folderListing(files, markers);
}

interface BucketObject {
  readonly Key?: string | undefined;
  readonly Size?: number | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
}

async function listObjects(client: S3Client, Bucket: string, Prefix: string, abortSignal: AbortSignal) {
  const objects: BucketObject[] = [];
  const pages = paginateListObjectsV2({ client }, { Bucket, Prefix }, { abortSignal });
  for await (const { Contents } of pages) {
    objects.push(...(Contents ?? []));
    if (objects.length <= MAX_OBJECTS) continue;
    const what = addressOf({ bucket: Bucket, key: Prefix });
    throw KnownError.of('PONS_ERR_MODELS_S3_TOO_MANY', { what, limit: MAX_OBJECTS });
  }
  return objects;
}

function found({ Key = '', Size = 0, ETag = '', LastModified }: BucketObject, start: number): FoundFile {
  return { path: Key.slice(start), sizeBytes: Size, stamp: ETag, modifiedAt: LastModified?.getTime() ?? 0 };
}

/** Whether a file can be called so, below a folder that it does not leave. */
function isPath(path: string): boolean {
  const segments = path.replace(/\/$/, '').split('/');
  return segments.every((segment) => !['', '.', '..'].includes(segment) && !segment.includes('\0'));
}
