import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from '../alone.ts';

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
  return alone(join(CACHE, `${name}.lock`), async () => {
    if (existsSync(folder)) return folder;
    // Under its name once it is complete: it may be interrupted. Whoever has the lock is the only one that has a draft.
    const draft = `${folder}.draft`;
    const others = new RegExp(`^${name}-[0-9a-f]{16}(\\.draft)?$`);
    for (const other of readdirSync(CACHE)) {
      if (others.test(other)) rmSync(join(CACHE, other), { recursive: true, force: true });
    }
    await make(draft);
    renameSync(draft, folder);
    return folder;
  });
}
