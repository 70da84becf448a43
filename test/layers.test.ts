import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findCycle } from './support/source/cycles.ts';
import { importsOf, sourceFiles } from './support/source/imports.ts';
import { LAYERS, layerOf, LIBRARIES, objection } from './support/source/layers.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What a reader can hold in mind: a longer file holds two ideas. */
const MAX_LINES = 200;
const files = [...sourceFiles(ROOT, 'runtime'), ...sourceFiles(ROOT, 'bridge/node')];
const imports = files.flatMap((file) => importsOf(ROOT, file));
const relative = imports.filter((one) => one.relative);
const packages = imports.filter((one) => !one.relative);

test('the sources are there to be read', () => {
  assert.ok(files.length > 20);
  assert.ok(relative.length > 20);
  assert.ok(relative.some((one) => one.typeOnly));
  assert.ok(relative.some((one) => !one.typeOnly));
});

test('every source folder has its place in the order', () => {
  const folders = readdirSync(`${ROOT}/runtime`, { withFileTypes: true });
  const strangers = folders.filter((entry) => !LAYERS.flat().includes(`runtime/${entry.name}`));
  assert.equal(
    strangers.map((entry) => entry.name),
    [],
  );
});

test('a folder imports only itself and those below it, types included', () => {
  const wrong = relative.flatMap(({ from, to, typeOnly }) => {
    const target = layerOf(to);
    if (target === null) return [`${from} -> ${to}: outside of runtime and bridge/node`];
    const why = objection(layerOf(from) ?? '', target, typeOnly);
    return why === null ? [] : [`${from} -> ${to}: ${why}`];
  });
  assert.equal(wrong, []);
});

test('no file imports itself by way of others, types included', () => {
  const edges = new Map(files.map((file) => [file, relative.filter((one) => one.from === file).map((one) => one.to)]));
  assert.is(findCycle(edges)?.join(' -> ') ?? null, null);
});

test('each third-party library, and starting processes, belongs to its folders', () => {
  const wrong = packages
    .filter(({ to }) => !isBuiltin(to) || to in LIBRARIES)
    .filter(({ from, to }) => !(LIBRARIES[packageName(to)] ?? []).some((place) => from.startsWith(place)))
    .map(({ from, to }) => `${from} -> ${to}`);
  assert.equal(wrong, []);
});

test('whoever starts programs looks for room first', () => {
  const starting = packages.filter(({ to, typeOnly }) => ['execa', 'node:child_process'].includes(to) && !typeOnly);
  const looking = new Set(relative.filter(({ to }) => to.endsWith('/spawn-room.ts')).map(({ from }) => from));
  assert.equal(
    [...new Set(starting.map(({ from }) => from))].filter((from) => !looking.has(from)),
    [],
  );
});

test('every dependency of the package has a place, and is used', () => {
  const declared = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { dependencies: Record<string, string> };
  const names = Object.keys(declared.dependencies);
  assert.equal(
    names.filter((name) => !(name in LIBRARIES)),
    [],
  );
  const used = new Set(packages.map(({ to }) => packageName(to)));
  assert.equal(
    names.filter((name) => !used.has(name)),
    [],
  );
});

test('Node modules are imported by their node: names', () => {
  assert.equal(
    packages.filter(({ to }) => isBuiltin(to) && !to.startsWith('node:')).map(({ from, to }) => `${from} -> ${to}`),
    [],
  );
});

test('the rules object to what the design forbids', () => {
  assert.is(objection('runtime/errors', 'runtime/cli', true), 'runtime/errors is not above runtime/cli');
  assert.is(objection('runtime/project', 'runtime/workloads', true), 'runtime/project is not above runtime/workloads');
  assert.is(objection('runtime/gateway', 'runtime/pool', true), null);
  assert.ok(objection('runtime/gateway', 'runtime/pool', false));
  assert.ok(objection('runtime/gateway', 'runtime/predictor', true));
  assert.ok(objection('runtime/cli', 'runtime/metrics', false));
  assert.is(objection('runtime/pool', 'runtime/metrics', false), null);
});

test('no source file has more than 200 lines', () => {
  const python = readdirSync(`${ROOT}/bridge/python`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.py'))
    .map((file) => `bridge/python/${file}`);
  assert.ok(python.length > 20);
  const lines = (file: string) => readFileSync(`${ROOT}/${file}`, 'utf8').split('\n').length - 1;
  const long = [...files, ...python].filter((file) => lines(file) > MAX_LINES);
  assert.equal(
    long.map((file) => `${file}: ${lines(file)}`),
    [],
  );
});

test('a cycle is found, and its way is told', () => {
  const edges = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['b']],
  ]);
  assert.equal(findCycle(edges), ['b', 'd', 'b']);
});

function packageName(specifier: string): string {
  if (isBuiltin(specifier)) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

test.run();
