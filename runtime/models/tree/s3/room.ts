import { KnownError } from '../../../errors/known-error.ts';
import { freeBytesAt } from '../../../state/free-bytes.ts';
import { RESERVE_BYTES } from '../../../state/reserve.ts';

/** What downloads will still take of the disk. */
export interface Claim {
  /** Some of the file at `path` is on the disk now. */
  arrived(path: string, bytes: number): void;
  /** To be called when the downloads have ended, whichever way. */
  end(): void;
}

/** What downloads under way, of all APIs, will still take, by path: no look at the disk sees it. */
const claimed = new Map<string, number>();

/**
 * Claims room for downloads into `folder`: `needed` has the bytes by path; what is on its way there for another API needs room but once. Throws
 * `PONS_ERR_MODELS_DISK_FULL` rather than filling the disk for an hour first, or eating what is kept free for results, without which Pons takes no work.
 */
export function claimRoom(folder: string, needed: ReadonlyMap<string, number>): Claim {
  const own = new Map([...needed].filter(([path]) => !claimed.has(path)));
  const neededBytes = sum(own.values());
  // A file system that does not tell is not a full one: writing will show.
  const freeBytes = Math.max(0, (freeBytesAt(folder) ?? Infinity) - sum(claimed.values()) - RESERVE_BYTES);
  if (neededBytes > freeBytes) throw KnownError.of('PONS_ERR_MODELS_DISK_FULL', { folder, neededBytes, freeBytes });
  for (const [path, bytes] of own) claimed.set(path, bytes);
  return {
    arrived: (path, bytes) => {
      // What is damaged arrives twice.
      if (own.has(path)) claimed.set(path, Math.max(0, (claimed.get(path) ?? 0) - bytes));
    },
    end: () => {
      for (const path of own.keys()) claimed.delete(path);
    },
  };
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, one) => total + one, 0);
}
