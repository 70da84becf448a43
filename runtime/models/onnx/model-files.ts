import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Another text as soon as the model at `path`, or a file of its tensors beside it, is another. */
export function stampOf(path: string, external: Iterable<string>): string {
  const files = [path, ...[...external].map((name) => join(dirname(path), name))];
  return files.map((file) => stampOfFile(file)).join(' ');
}

function stampOfFile(path: string): string {
  try {
    // Not the change time: a later version from a bucket links to a file that it shares with this one.
    const { size, mtimeNs, ino } = statSync(path, { bigint: true });
    return `${size}/${mtimeNs}/${ino}`;
  } catch {
    // What the library makes of that it says when it loads the model.
    return 'none';
  }
}
