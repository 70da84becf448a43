import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { defaultPython } from '../../../support/pythons.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';
import { withoutUv } from './prepare.ts';

/** Installs the real uv for this test run and gives an environment that has it on the PATH. */
export function environmentWithUv(): Readonly<Record<string, string>> {
  const folder = join(makeTempDir(), 'uv');
  execFileSync(defaultPython.executable, ['-m', 'venv', folder], { env: withoutUv });
  execFileSync(join(folder, 'bin', 'pip'), ['install', '--quiet', 'uv'], { env: withoutUv });
  return { ...withoutUv, PATH: `${join(folder, 'bin')}:${withoutUv.PATH}`, UV_CACHE_DIR: join(folder, 'cache') };
}
