import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError } from '../../runtime/errors/known-error.ts';
import { claimStateFolder } from '../../runtime/state/claim.ts';
import { openEmbeddedStore } from '../../runtime/workloads/embedded/open.ts';
import { makeTempDir, removeTempDir } from '../support/temp-dir.ts';

async function withFolder(files: readonly string[], act: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = makeTempDir();
  try {
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), 'mine');
    }
    await act(folder);
  } finally {
    removeTempDir(folder);
  }
}

const strangers: Record<string, readonly string[]> = {
  'with folders that are named like ours': ['run/mine.txt', 'bodies/photo.png', 'deployments/a/b.txt'],
  'with one file': ['notes.txt'],
  'with a file that is named like our store': ['store.db'],
  'with a file beside environments': ['environments/a/b', 'thesis.tex'],
  'with a hidden file': ['.ssh/id_rsa'],
};

for (const [what, files] of Object.entries(strangers)) {
  test(`a folder ${what} is refused, and not a file of it is touched`, async () => {
    await withFolder(files, async (folder) => {
      const before = readdirSync(folder, { recursive: true }).sort();
      try {
        await openEmbeddedStore({ stateDir: folder });
        assert.unreachable('it was opened');
      } catch (error) {
        assert.ok(isKnownError(error), String(error));
        assert.is(error.code, 'PONS_ERR_STATE_FOREIGN');
        for (const part of [folder, files.at(-1)?.split('/')[0] ?? '']) assert.match(error.message, part);
      }
      assert.equal(readdirSync(folder, { recursive: true }).sort(), before);
      for (const file of files) assert.is(readFileSync(join(folder, file), 'utf8'), 'mine');
    });
  });
}

for (const [what, files] of Object.entries({
  empty: [],
  'with environments only': ['environments/a/b'],
  'with what a file system makes by itself': ['lost+found/x'],
})) {
  test(`a folder ${what} becomes ours, once and for all`, async () => {
    await withFolder(files, (folder) => {
      claimStateFolder(folder);
      assert.match(readFileSync(join(folder, '.pons-state'), 'utf8'), /^Pons keeps its state in this folder/);
      assert.is(readFileSync(join(folder, '.gitignore'), 'utf8'), '*\n');
      writeFileSync(join(folder, 'later.txt'), '');
      claimStateFolder(folder);
      for (const file of files) assert.ok(existsSync(join(folder, file)));
    });
  });
}

test('a folder that has lost its marker is known by its store', async () => {
  await withFolder([], async (folder) => {
    await (await openEmbeddedStore({ stateDir: folder })).close();
    rmSync(join(folder, '.pons-state'));
    await (await openEmbeddedStore({ stateDir: folder })).close();
    assert.ok(existsSync(join(folder, '.pons-state')));
  });
});

test.run();
