/*
 * Leaves of the built program, in the folder that this is run in, only what runs it on this platform: `node images/slim.js [without-onnxruntime]`.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const platform = `${process.platform}-${process.arch}`;
const withOnnxruntime = !process.argv.includes('without-onnxruntime');

/** Below each folder, the names that stay. */
const kept = {
  '.': ['LICENSE', 'bridge', 'dist', 'images', 'node_modules', 'package.json', 'runtime', 'sbom.cdx.json'],
  bridge: ['python'],
  images: ['ready.js'],
  runtime: ['models', 'workloads'],
  'runtime/models': ['tensorflow'],
  'runtime/models/tensorflow': ['proto'],
  'runtime/workloads': ['redis'],
  'runtime/workloads/redis': ['lua'],
  'node_modules/@photostructure/sqlite': ['LICENSE', 'dist', 'package.json', 'prebuilds'],
  'node_modules/@photostructure/sqlite/prebuilds': [platform],
  // The bases are Debian's, whose C library is that of GNU.
  [`node_modules/@photostructure/sqlite/prebuilds/${platform}`]: ['@photostructure+sqlite.glibc.node'],
  'node_modules/onnxruntime-node/bin/napi-v6': [process.platform],
  [`node_modules/onnxruntime-node/bin/napi-v6/${process.platform}`]: [process.arch],
};

/** Dependencies that only an installation has a use for. */
const ofInstallation = ['adm-zip', 'global-agent'];

for (const [folder, names] of Object.entries(kept)) {
  for (const name of namesIn(folder)) if (!names.includes(name)) remove(join(folder, name));
}

const needed = new Set();
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
for (const name of Object.keys(dependencies)) if (isAskedFor(name)) keepPackage(name, '.');
for (const path of installedPackages('node_modules')) if (!needed.has(path)) remove(path);

// What is left of the packages is for people who read it.
for (const path of readdirSync('node_modules', { recursive: true })) {
  if (/\.(md|map|d\.[cm]?ts)$/.test(path)) remove(join('node_modules', path));
}

/** Whether the build, which has most packages in it, still asks for this one. */
function isAskedFor(name) {
  const asks = new RegExp(`\\b(?:from|import|require)\\s*\\(?\\s*["']${name}["'/]`);
  const built = readdirSync('dist', { recursive: true }).filter((file) => file.endsWith('.js'));
  return built.some((file) => asks.test(readFileSync(join('dist', file), 'utf8')));
}

/** Marks a package and what it depends on, as Node finds them from `folder` upwards. */
function keepPackage(name, folder) {
  if (ofInstallation.includes(name) || (!withOnnxruntime && name.startsWith('onnxruntime-'))) return;
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, 'node_modules', name);
    if (existsSync(join(path, 'package.json'))) {
      if (needed.has(path)) return;
      needed.add(path);
      const { dependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
      for (const other of [...Object.keys(dependencies), ...Object.keys(peerDependencies)]) keepPackage(other, path);
      return;
    }
    // One of Node's own, or one that is in the build.
    if (at === '.') return;
  }
}

/** The folders of all packages below a `node_modules`, those within others last. */
function installedPackages(folder) {
  const paths = namesIn(folder).flatMap((name) =>
    name.startsWith('@') ? namesIn(join(folder, name)).map((inner) => join(folder, name, inner)) : [join(folder, name)],
  );
  return paths.flatMap((path) => [path, ...installedPackages(join(path, 'node_modules'))]);
}

function namesIn(folder) {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function remove(path) {
  rmSync(path, { recursive: true, force: true });
}
