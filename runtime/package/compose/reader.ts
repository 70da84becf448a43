import type { DotenvOwner } from '../exported/plan.ts';
import { GROUP_ID } from '../image-promises.ts';

const READABLE_BY_GROUP = 0o040;
const READABLE_BY_ALL = 0o004;
const ROOT = 0;

/**
 * The `uid:gid` that can read the `.env` where the user of the images, who is in group 0, cannot; null: that one can, or nobody but root.
 * Inside a container a file keeps the owner that it has on the machine.
 */
export function readerOf(dotenv: DotenvOwner | null): string | null {
  if (dotenv === null || canRead(dotenv) || dotenv.uid === ROOT) return null;
  return `${dotenv.uid}:${GROUP_ID}`;
}

/** Why no container can read the `.env`, and what helps; null where one can. */
export function unreadable(dotenv: DotenvOwner | null): string | null {
  if (dotenv === null || canRead(dotenv) || dotenv.uid !== ROOT) return null;
  return '.env belongs to root, and only root may read it, which no container runs as: chmod g+r .env where its group is root too, else chmod o+r .env';
}

function canRead({ gid, mode }: DotenvOwner): boolean {
  return (mode & READABLE_BY_ALL) !== 0 || (gid === GROUP_ID && (mode & READABLE_BY_GROUP) !== 0);
}
