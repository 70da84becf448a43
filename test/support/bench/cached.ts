import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/pons-bench', import.meta.url));

/**
 * The folder that `make` fills, made the first time and found again by later benchmarks as long as `facts`, all that it depends on, are the same. Folders of
 * other facts are removed.
 */
export async function cached(
  name: string,
  facts: readonly string[],
  make: (folder: string) => Promise<void> | void,
): Promise<string> {
  const folder = join(CACHE, `${name}-${createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  // Under its name once it is complete: two benchmarks may begin at once, and one may be interrupted.
  const draft = `${folder}.${process.pid}`;
  try {
    await make(draft);
    for (const other of readdirSync(CACHE)) {
      if (other.startsWith(`${name}-`) && join(CACHE, other) !== draft) rmSync(join(CACHE, other), { recursive: true });
    }
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
