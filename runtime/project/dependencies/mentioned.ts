import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Those of the ASCII names `names` that stand anywhere in a Python file of the folder: no other can be imported there. What cannot be read has none. */
export async function mentionedIn(folder: string, names: readonly string[]): Promise<string[]> {
  const unseen = new Set(names);
  await search(folder, unseen);
  return names.filter((name) => !unseen.has(name));
}

/** Takes from `unseen` what it finds; one file after another, so that no project fills the memory. */
async function search(folder: string, unseen: Set<string>): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (unseen.size === 0) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      await search(path, unseen);
    } else if (entry.name.endsWith('.py')) {
      const text = await readFile(path, 'latin1').catch(() => '');
      for (const name of unseen) if (text.includes(name)) unseen.delete(name);
    }
  }
}
