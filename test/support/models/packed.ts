import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../bench/cached.ts';

/** The folder of what a version of an npm package holds (`name@1.2.3`), fetched the first time, which needs the network; nothing of it is run. */
export async function packed(spec: string): Promise<string> {
  const name = spec.replace(/^@|@[^@]*$/g, '').replaceAll('/', '-');
  const folder = await cached(`npm-${name}`, [spec], (draft) => {
    mkdirSync(draft, { recursive: true });
    execFileSync('npm', ['pack', spec, '--silent', '--pack-destination', draft], { stdio: 'pipe' });
    const [archive] = readdirSync(draft);
    execFileSync('tar', ['xzf', archive ?? '', '-C', draft], { cwd: draft, stdio: 'pipe' });
  });
  return join(folder, 'package');
}
