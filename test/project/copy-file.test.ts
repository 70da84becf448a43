import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { copyChanging } from '../../runtime/project/copy-file.ts';
import { makeTempDir } from '../support/temp-dir.ts';

test('a copy has what the file has, however long it is', async () => {
  const dir = makeTempDir();
  for (const [at, bytes] of [0, 1, 3 * 1024 * 1024 + 1].entries()) {
    const content = Buffer.alloc(bytes, 'pons');
    const [source, target] = [join(dir, `${at}`), join(dir, `${at}.copy`)];
    writeFileSync(source, content);
    await copyChanging(source, target);
    assert.is(Buffer.compare(readFileSync(target), content), 0);
  }
});

test('what cannot be read or written is told by the error of the system, and leaves nothing', async () => {
  const dir = makeTempDir();
  writeFileSync(join(dir, 'file'), 'x');
  mkdirSync(join(dir, 'folder'));
  const codeOf = (source: string, target: string): Promise<unknown> =>
    copyChanging(join(dir, source), join(dir, target)).then(
      () => null,
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
  assert.is(await codeOf('missing', 'copy'), 'ENOENT');
  assert.is(await codeOf('folder', 'copy'), 'EISDIR');
  assert.is(await codeOf('file', 'missing/copy'), 'ENOENT');
  assert.not.ok(existsSync(join(dir, 'copy')));
});

test.run();
