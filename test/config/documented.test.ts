import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ProjectView } from '../../runtime/config/project-view.ts';
import { apiFields, homeOf } from '../../runtime/config/schema/api.ts';
import { type Field, type Fields, INVALID, joinPath } from '../../runtime/config/schema/field.ts';
import type { LocatedNode } from '../../runtime/config/yaml/located-node.ts';
import { resolvePlain } from '../../runtime/config/yaml/scalar.ts';

const at = { line: 1, column: 1 };
const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const [actedOn = [], notActedOn = []] = page.split('\n`pons serve` and `pons check` validate these').map(rowsOf);
const fields = new Map(leavesOf(apiFields, ''));
const documented = new Map([...actedOn, ...notActedOn]);

/** Words in the place of a default that stand for a value that is not there. */
const ABSENT = /^(none|no limit|the project|`\/<name>`|as `\w+`)$/;

test('every field has one row, and every row is of a field', () => {
  assert.ok(fields.size > 30);
  assert.is(documented.size, actedOn.length + notActedOn.length, 'a field has two rows');
  assert.equal([...documented.keys()].sort(), [...fields.keys()].sort());
});

test('the table of fields that serving does not act on has them all and no others', () => {
  const expected = [...fields].filter(([, field]) => field.actedOn === false).map(([path]) => path);
  assert.equal(notActedOn.map(([path]) => path).sort(), expected.sort());
});

test('the default of every field is the one that its row shows', () => {
  const wrong = [...fields].filter(([path, field]) => !isDefault(field, documented.get(path) ?? ''));
  assert.equal(
    wrong.map(([path, field]) => `${path}: ${documented.get(path)} is not ${JSON.stringify(field.absent(at))}`),
    [],
  );
});

test('a default that is not so is found', () => {
  const field = (path: string) => fields.get(path) as Field<unknown>;
  for (const [path, shown] of [
    ['name', 'none'],
    ['compute.cpu', '`201m`'],
    ['compute.cpu', 'none'],
    ['compute.mem', '`1Gi`'],
    ['predictor.dependencies.pip', '`setup.sh`'],
    ['autoscaling.window', '`90s`'],
    ['predictor.log_level', '`loud`'],
  ] as const) {
    assert.not.ok(isDefault(field(path), shown), `${path}: ${shown}`);
  }
});

function isDefault(field: Field<unknown>, shown: string): boolean {
  if (field.required || shown === 'required') return field.required && shown === 'required';
  const absent = field.absent(at);
  if (ABSENT.test(shown)) return [null, '', 0].includes(absent as null) || JSON.stringify(absent) === '[]';
  const written = readShown(field, shown.replace(/^`(.*)`$/, '$1'));
  // A file that is there by default need not exist, one that is named must.
  const comparable = (value: unknown) => JSON.stringify(value).replace('"named":true', '"named":false');
  return written !== INVALID && comparable(written) === comparable(absent);
}

function readShown(field: Field<unknown>, text: string): unknown {
  const node: LocatedNode =
    text === '{}' ? { kind: 'map', at, entries: [] } : { kind: 'scalar', at, value: resolvePlain(text), text };
  const files = ['requirements.txt', 'conda-packages.txt', 'dependencies.sh', 'setup.sh'].map((path) => ({ path }));
  const project = new ProjectView({ files, whyExcluded: () => null });
  return field.read(node, '', { report: () => undefined, project, homeOf, notActedOn: [] });
}

function leavesOf(inside: Fields, path: string): [path: string, field: Field<unknown>][] {
  return Object.entries(inside).flatMap(([key, field]) => {
    const full = joinPath(path, key);
    return field.fields === null ? [[full, field] as [string, Field<unknown>]] : leavesOf(field.fields, full);
  });
}

function rowsOf(text: string): [path: string, shown: string][] {
  return [...text.matchAll(/^\| `([\w.]+)` \| ([^|]+) \|/gm)].map(([, path = '', shown = '']) => [path, shown]);
}

test.run();
