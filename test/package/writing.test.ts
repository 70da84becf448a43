import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { withTmpfs } from '../workloads/embedded/with-tmpfs.ts';

const FILES = { 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') };
const root = makeProject({ ...FILES, 'large.bin': 'x'.repeat(2 ** 20) });
const write = (folder: string, env = {}) => pons(['build', root, '--dockerfile-only', folder], env);

const dir = makeTempDir();
symlinkSync(join(dir, 'nowhere'), join(dir, 'dangling'));
mkdirSync(join(dir, 'below'));
symlinkSync(join(dir, 'nowhere'), join(dir, 'below/api'));
writeFileSync(join(dir, 'file'), '');

for (const folder of ['/proc/x', '/dev/null/x', join(dir, 'dangling'), join(dir, 'dangling/x'), join(dir, 'file')])
  test(`a folder that cannot be made is told with its path: ${folder.replace(dir, '')}`, async () => {
    const ran = await write(folder);
    assert.is(ran.code, 2, ran.stderr);
    assert.match(ran.stderr, 'PONS_ERR_BUILD_FOLDER_UNWRITABLE');
    assert.match(ran.stderr, /(\/proc\/x|\/dev\/null\/x|dangling|file)\S* cannot be written: \w/);
  });

test('a link to nothing in the place of the folder is somebody else', async () => {
  assert.match((await write(join(dir, 'below'))).stderr, 'PONS_ERR_BUILD_FOLDER_FOREIGN');
});

test('a disk that is full is told as such, that of the folder and that of what is temporary', () =>
  withTmpfs('512k', async (small) => {
    const folder = await write(join(small, 'out'));
    assert.match(folder.stderr, 'PONS_ERR_BUILD_FOLDER_UNWRITABLE');
    assert.match(folder.stderr, /out\/\S+ cannot be written: no space left on device/);
  }).then(() =>
    withTmpfs('512k', async (small) => {
      const temporary = await write(join(makeTempDir(), 'out'), { TMPDIR: small, TSX_DISABLE_CACHE: '1' });
      assert.is(temporary.code, 2);
      assert.match(temporary.stderr, `The folder for temporary files ${small} cannot be written: no space left`);
      assert.not.match(temporary.stderr, '--state-dir');
    }),
  ));

test.run();
