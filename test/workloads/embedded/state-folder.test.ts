import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import { codeOf, messageOf, patterned, submitBytes, submitText } from '../samples.ts';
import { withStateDir, withStoreAt } from './with-store.ts';
import { withTmpfs } from './with-tmpfs.ts';

const OPENER = fileURLToPath(new URL('./opener.ts', import.meta.url));
const open = (stateDir: string): Promise<unknown> => openEmbeddedStore({ stateDir });

test('only its owner can enter a state folder, and read the store', async () => {
  await withStateDir(async (stateDir) => {
    const nested = join(stateDir, 'a', 'b');
    await withStoreAt(nested, async (store) => {
      await submitText(store, 'iris', 'one');
      assert.is(statSync(nested).mode & 0o777, 0o700);
      for (const name of readdirSync(nested).filter((file) => file.startsWith('store.db'))) {
        assert.is(statSync(join(nested, name)).mode & 0o777, 0o600, name);
      }
    });
  });
});

test("in a folder that others may enter, everything that the store makes is its owner's only", async () => {
  await withStateDir(async (stateDir) => {
    mkdirSync(stateDir);
    chmodSync(stateDir, 0o755);
    const before = process.umask(0);
    try {
      await withStoreAt(stateDir, async (store) => {
        await submitBytes(store, 'iris', 'one', patterned(1_500_000));
        const made = readdirSync(stateDir, { withFileTypes: true, recursive: true });
        assert.ok(made.length >= 6);
        for (const entry of made) {
          const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
          assert.is(mode, entry.isDirectory() ? 0o700 : 0o600, entry.name);
        }
      });
    } finally {
      process.umask(before);
    }
  });
});

for (const below of ['', '/below']) {
  test(`a file in the place of the state folder${below === '' ? '' : "'s parent"} is an error that says so`, async () => {
    await withStateDir(async (path) => {
      writeFileSync(path, 'mine');
      assert.is(await codeOf(open(path + below)), 'PONS_ERR_STATE_NOT_A_FOLDER');
      assert.match(await messageOf(open(path + below)), path + below);
    });
  });
}

test('a state folder where no folder can be made is an error that says so', async () => {
  await withStateDir(async (path) => {
    mkdirSync(path);
    symlinkSync(join(path, 'nowhere'), join(path, 'dangling'));
    for (const folder of ['/proc/pons', '/proc/pons/a/b', '/proc/self/fd/x/y']) {
      // Whatever is wrong, it must not hold this process for ever: so another one tries.
      const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', OPENER, folder], {
        encoding: 'utf8',
        timeout: 60_000,
      });
      if (process.platform === 'linux') assert.match(stdout, /^PONS_ERR_STATE_UNWRITABLE .*cannot be created/, folder);
    }
    assert.is(await codeOf(open(join(path, 'dangling'))), 'PONS_ERR_STATE_NOT_A_FOLDER');
  });
});

test('a state folder on a read-only file system is an error that says so', async () => {
  await withTmpfs('1m', async (folder) => {
    mkdirSync(join(folder, 'state'));
    spawnSync('mount', ['-o', 'remount,ro', folder]);
    for (const path of [folder, join(folder, 'state'), join(folder, 'new')]) {
      assert.is(await codeOf(open(path)), 'PONS_ERR_STATE_UNWRITABLE');
      assert.match(await messageOf(open(path)), 'read-only');
    }
  });
});

test('a state folder that may not be written is an error that says so', async () => {
  await withStateDir((path) => {
    mkdirSync(path, { mode: 0o555 });
    // Root may write everywhere, so that root lets somebody else try.
    const identity = process.getuid?.() === 0 ? ['nobody'] : [];
    chmodSync(join(path, '..'), 0o755);
    const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', OPENER, path, ...identity], {
      encoding: 'utf8',
    });
    assert.match(stdout, /^PONS_ERR_STATE_UNWRITABLE .*permission is denied \(EACCES\)/);
    return Promise.resolve();
  });
});

test.run();
