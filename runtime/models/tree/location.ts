import { join } from 'node:path';

/** A place that holds one model, or a folder for each of several. */
export type Location =
  | {
      readonly kind: 'local';
      /** As cortex.yaml names it. */
      readonly shown: string;
      /** Absolute. */
      readonly path: string;
    }
  | {
      readonly kind: 's3';
      readonly shown: string;
      readonly bucket: string;
      /** Without a slash at its end; empty for the whole bucket. */
      readonly key: string;
    };

/** The place that a validated location of cortex.yaml means. */
export function resolveLocation(written: string, projectRoot: string): Location {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(written) ?? [];
  if (bucket === undefined) return { kind: 'local', shown: written, path: join(projectRoot, written) };
  return { kind: 's3', shown: written, bucket, key: key.replace(/\/+$/, '') };
}
