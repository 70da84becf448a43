import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError } from '../../runtime/errors/known-error.ts';
import { assertTempFolder, makeTempFolder } from '../../runtime/state/temp-folder.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const before = process.env['TMPDIR'];
const dir = makeTempDir();

test.after.each(() => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
});

test('a temporary folder is of its own, and for its owner only', async () => {
  const above = makeTempDir();
  process.env['TMPDIR'] = above;
  await assertTempFolder();
  assert.equal(readdirSync(above), []);
  const folder = await makeTempFolder('pons-a-');
  assert.match(folder, `${above}/pons-a-`);
  assert.is(statSync(folder).mode & 0o777, 0o700);
});

writeFileSync(join(dir, 'file'), '');
for (const [path, reason] of [
  [join(dir, 'gone'), 'there is no such folder (ENOENT)'],
  [join(dir, 'file'), 'it is no folder (ENOTDIR)'],
] as const) {
  test(`a folder for temporary files that cannot be written is named: ${reason}`, async () => {
    process.env['TMPDIR'] = path;
    const error: unknown = await assertTempFolder().catch((thrown: unknown) => thrown);
    assert.ok(isKnownError(error), String(error));
    assert.is(error.code, 'PONS_ERR_STATE_TEMP_UNWRITABLE');
    assert.is(error.message, `The folder for temporary files ${path} cannot be written: ${reason}.`);
    assert.match(error.fix, /--tmpfs \/tmp.*TMPDIR/);
  });
}

test.run();
