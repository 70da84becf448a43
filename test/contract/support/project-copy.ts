import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTempDir } from '../../support/temp-dir.ts';
import { fixtureProject } from './fixture-server.ts';

/** Copies a fixture project to a folder of its own, with further files (path to content). */
export function copyProject(name: string, further: Readonly<Record<string, string>> = {}): string {
  const folder = join(makeTempDir(), name);
  cpSync(fixtureProject(name), folder, { recursive: true });
  for (const [path, content] of Object.entries(further)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
