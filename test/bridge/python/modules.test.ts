import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const folder = new URL('../../../bridge/python/predictor_host/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.py'));
const imports = new Map(files.map((path) => [path.slice(0, -3).replaceAll('/', '.'), importsOf(path)]));

/** The host's own modules that a file imports, anywhere in it, also for types only. */
function importsOf(path: string): string[] {
  const text = readFileSync(new URL(path, folder), 'utf8');
  const within = [...text.matchAll(/from predictor_host\.([\w.]+) import/g)].map(([, name]) => name ?? '');
  const whole = [...text.matchAll(/from predictor_host import ([\w, ]+)/g)].flatMap(([, names]) =>
    (names ?? '').split(', '),
  );
  return [...within, ...whole];
}

/** The first circle that `path` can be continued to. */
function circleFrom(path: readonly string[]): string[] | null {
  for (const next of imports.get(path.at(-1) ?? '') ?? []) {
    if (path.includes(next)) return [...path.slice(path.indexOf(next)), next];
    const circle = circleFrom([...path, next]);
    if (circle !== null) return circle;
  }
  return null;
}

test('no two modules of the host need each other, not even for their types', () => {
  assert.ok(imports.get('session')?.includes('connection'));
  for (const name of imports.keys()) assert.is(circleFrom([name])?.join(' -> '), undefined);
});

test.run();
