import { createHash } from 'node:crypto';

/** A short text that is another one where `text` is: what only reads a file when it starts is replaced when this has changed. */
export function fingerprintOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
