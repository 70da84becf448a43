import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { cached } from '../bench/cached.ts';
import { defaultPython } from '../pythons.ts';
import { makeTempDir } from '../temp-dir.ts';

const REQUIREMENTS = fileURLToPath(new URL('../../fixtures/package/requirements.txt', import.meta.url));
const TSC = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url));
const KUBERNETES_VERSIONS = ['1.25', '1.35'];
const TYPES = ['@kubernetes-models/keda@2.0.0', '@kubernetes-models/prometheus-operator@6.0.0'];
const CUSTOM: Readonly<Record<string, string>> = {
  ScaledObject: '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject',
  ServiceMonitor: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor',
};

interface KubernetesObject {
  readonly kind: string;
}

/**
 * What is wrong with objects by the schemas of Kubernetes itself, which refuse unknown fields here, or for those of KEDA and the Prometheus operator by the
 * types that packages make of theirs. Empty where nothing is.
 */
export async function complaintsAbout(objects: readonly KubernetesObject[]): Promise<string> {
  const isCustom = ({ kind }: KubernetesObject): boolean => kind in CUSTOM;
  const said = await Promise.all([
    byTypes(objects.filter(isCustom)),
    bySchemas(objects.filter((one) => !isCustom(one))),
  ]);
  return said.join('').trim();
}

async function bySchemas(objects: readonly KubernetesObject[]): Promise<string> {
  const { executable, version } = defaultPython;
  const folder = await cached(
    'kubernetes-validate',
    [executable, version, readFileSync(REQUIREMENTS, 'utf8')],
    (draft) => {
      execFileSync(executable, ['-m', 'venv', draft]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS];
      execFileSync(join(draft, 'bin', 'python'), pip, { stdio: 'inherit' });
    },
  );
  const file = join(makeTempDir(), 'objects.yaml');
  writeFileSync(file, objects.map((one) => `${JSON.stringify(one)}\n`).join('---\n'));
  const said = KUBERNETES_VERSIONS.map(async (kubernetes) => {
    const args = ['-m', 'kubernetes_validate', '--strict', '--quiet', '-k', kubernetes, file];
    const { all, exitCode } = await execa(join(folder, 'bin', 'python'), args, { reject: false, all: true });
    return exitCode === 0 ? '' : all;
  });
  return (await Promise.all(said)).join('');
}

async function byTypes(objects: readonly KubernetesObject[]): Promise<string> {
  const folder = await cached('kubernetes-types', TYPES, (draft) => {
    const args = ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', draft, ...TYPES];
    execFileSync('npm', args, { stdio: 'inherit' });
  });
  const file = join(folder, `objects-${process.pid}.ts`);
  const imports = Object.entries(CUSTOM).map(([kind, path]) => `import type { I${kind} } from '${path}';\n`);
  const values = objects.map((one, at) => `export const o${at}: I${one.kind} = ${JSON.stringify(one)};\n`);
  writeFileSync(file, [...imports, ...values].join(''));
  const args = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--ignoreConfig', file];
  const { stdout, exitCode } = await execa(TSC, args, { reject: false, cwd: folder });
  return exitCode === 0 ? '' : stdout;
}
