import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { ModelScan } from './scan.ts';

/** Which of the files that hold the tensors of the model at `path` is not there; null: none. Those that no model may name are left to the library. */
export function missingData(path: string, { external }: Pick<ModelScan, 'external'>): string | null {
  const names = [...external].filter((name) => !isAbsolute(name) && !name.split('/').includes('..'));
  return names.find((name) => !existsSync(join(dirname(path), name))) ?? null;
}

/** Whether the library's words are about such a file: one that is too short, a folder, or where no model may have it. */
export function blamesData(reason: string, { external }: Pick<ModelScan, 'external'>): boolean {
  return external.size > 0 && /External (?:data|initializer)|filesystem error/i.test(reason);
}
