import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SECRET_IDS } from '../../runtime/package/dockerfile.ts';
import { ROOT } from '../support/containers/images.ts';
import { pons } from '../support/pons.ts';

const page = readFileSync(join(ROOT, 'docs/building.md'), 'utf8');

test('the page of building has the options of pons build, all of them and no others', async () => {
  const { stdout } = await pons(['build', '--help']);
  const known = [...stdout.matchAll(/^ {2}(--[a-z-]+) /gm)].map(([, option]) => option);
  const shown = [...page.matchAll(/^\| `(--[a-z-]+)` /gm)].map(([, option]) => option);
  assert.ok(known.length > 5);
  assert.equal(shown.sort(), known.sort());
});

test('the page of building names every secret that a build can be given', () => {
  assert.equal(
    SECRET_IDS.filter((id) => !page.includes(`id=${id},`) && !page.includes(`\`${id}\``)),
    [],
  );
});

test.run();
