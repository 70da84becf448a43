import { createHash } from 'node:crypto';
import type { Candidate } from '../sight.ts';

/** One object of a bucket, as it was seen. */
export interface RemoteObject {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
  /** Relative to the folder of the version. */
  readonly path: string;
}

/** The objects that a version consists of. */
export function objectsOf({ location, isFile, folder, files }: Candidate): RemoteObject[] {
  if (location.kind !== 's3') return [];
  const { bucket, key } = location;
  const above = isFile ? key.slice(0, key.lastIndexOf('/') + 1) : [key, folder].map(withSlash).join('');
  return files.map(({ path, sizeBytes, stamp }) => ({ bucket, key: above + path, etag: stamp, sizeBytes, path }));
}

export function addressOf({ bucket, key }: Pick<RemoteObject, 'bucket' | 'key'>): string {
  return `s3://${bucket}/${key}`;
}

/** A file name for something that these texts tell from all others. */
export function nameFor(...facts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 40);
}

function withSlash(folder: string): string {
  return folder === '' ? '' : `${folder}/`;
}
