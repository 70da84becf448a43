import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DependencyFile } from '../../config/spec.ts';
import { KnownError } from '../../errors/known-error.ts';

/**
 * The path of a dependency file where the snapshot has it, else null.
 * Fails with `PONS_ERR_PROJECT_DEPENDENCY_FILE_MISSING` where the configuration names one that is not there.
 */
export async function presentFile(
  projectDir: string,
  file: DependencyFile,
  field: 'pip' | 'conda' | 'shell',
): Promise<string | null> {
  const stats = await stat(join(projectDir, file.path)).catch(() => null);
  if (stats?.isFile() === true) return file.path;
  if (!file.named) return null;
  throw KnownError.of('PONS_ERR_PROJECT_DEPENDENCY_FILE_MISSING', {
    field: `predictor.dependencies.${field}`,
    path: file.path,
  });
}
