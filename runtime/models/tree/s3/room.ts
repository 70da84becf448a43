import { KnownError } from '../../../errors/known-error.ts';
import { freeBytesAt } from '../../../state/free-bytes.ts';
import { RESERVE_BYTES } from '../../../state/reserve.ts';

/** What a download will still take of the disk. */
export interface Claim {
  /** Some of it is on the disk now. */
  arrived(bytes: number): void;
  /** To be called when the download has ended, whichever way. */
  end(): void;
}

/** What downloads under way, of all APIs, will still take: no look at the disk sees it. */
let claimedBytes = 0;

/**
 * Claims room for a download in `folder`. Throws `PONS_ERR_MODELS_DISK_FULL` rather than filling the disk for an hour first, or eating
 * what is kept free for results, without which Pons takes no work.
 */
export function claimRoom(folder: string, neededBytes: number): Claim {
  // A file system that does not tell is not a full one: writing will show.
  const freeBytes = Math.max(0, (freeBytesAt(folder) ?? Infinity) - claimedBytes - RESERVE_BYTES);
  if (neededBytes > freeBytes) throw KnownError.of('PONS_ERR_MODELS_DISK_FULL', { folder, neededBytes, freeBytes });
  claimedBytes += neededBytes;
  let left = neededBytes;
  const arrived = (bytes: number): void => {
    // What is damaged arrives twice.
    const some = Math.min(bytes, left);
    left -= some;
    claimedBytes -= some;
  };
  return {
    arrived,
    end: () => {
      arrived(left);
    },
  };
}
