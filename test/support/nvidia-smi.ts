import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { makeTempDir } from './temp-dir.ts';

/** A PATH on which `nvidia-smi` is this shell script, which stands in for that of a machine with GPUs. */
export function pathWithSmi(script: string): string {
  const folder = makeTempDir();
  const file = join(folder, 'nvidia-smi');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return `${folder}${delimiter}${process.env['PATH'] ?? ''}`;
}
