import type { Bucket } from '../blobs/bucket.ts';

/**
 * Warns once of each API whose workloads are left to other processes. What it returns is to be called with what could be read when some were left: that
 * the bucket is away is told by itself.
 */
export function tellOfPassed(
  bucket: Bucket | null,
  warn: (text: string) => void,
): (api: string, readable: string) => void {
  const told = new Set<string>();
  const own =
    bucket === null
      ? 'this process was given no place for payloads'
      : `this process keeps them at ${bucket.location.shown}`;
  return (api, readable) => {
    if (told.has(api) || (bucket !== null && readable === '')) return;
    told.add(api);
    warn(
      `workloads of ${api} are left to other processes, since their payloads lie in a bucket that is not read here: ${own}`,
    );
  };
}
