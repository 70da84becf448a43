import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SECRET_IDS } from '../../runtime/package/dockerfile.ts';
import { ROOT } from '../support/containers/images.ts';
import { pons } from '../support/pons.ts';

const readPage = (name: string) => readFileSync(join(ROOT, 'docs', name), 'utf8');
const page = readPage('building.md');

/** The options in the tables of a page; a row may have several. */
function optionsIn(text: string): string[] {
  const rows = [...text.matchAll(/^\|((?: `--[a-z-]+`)+) \|/gm)].map(([, cell = '']) => cell);
  return rows.flatMap((cell) => [...cell.matchAll(/--[a-z-]+/g)].map(([option]) => option));
}

for (const [name, command] of [
  ['building.md', ['build']],
  ['compose.md', ['export', 'compose']],
  ['kubernetes.md', ['export', 'kubernetes']],
  ['operations.md', ['serve']],
] as const) {
  test(`${name} has the options of pons ${command.join(' ')}, all of them and no others`, async () => {
    const { stdout } = await pons([...command, '--help']);
    const known = [...stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option);
    assert.ok(known.length > 5);
    assert.equal(optionsIn(readPage(name)).sort(), known.sort());
  });
}

test('the page of building names every secret that a build can be given', () => {
  assert.equal(
    SECRET_IDS.filter((id) => !page.includes(`id=${id},`) && !page.includes(`\`${id}\``)),
    [],
  );
});

test.run();
