import { cpSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { DatabaseSync } from '@photostructure/sqlite';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import { codeOf, messageOf, submitText } from '../samples.ts';
import { withStateDir, withStoreAt } from './with-store.ts';

const open = (stateDir: string): Promise<unknown> => openEmbeddedStore({ stateDir });

/** Runs `act` on a state folder with 500 workloads, closed. */
async function withFilledState(act: (stateDir: string, database: string) => Promise<void>): Promise<void> {
  await withStateDir(async (stateDir) => {
    await withStoreAt(stateDir, async (store) => {
      await Promise.all(Array.from({ length: 500 }, (_one, at) => submitText(store, 'iris', `id-${at}`)));
    });
    await act(stateDir, join(stateDir, 'store.db'));
  });
}

const damages: Record<string, (database: string) => void> = {
  'a file of another kind': (database) => {
    writeFileSync(database, 'this is not a database, but long enough to be looked at. '.repeat(100));
  },
  'a file that was emptied': (database) => {
    truncateSync(database, 0);
  },
  'a file that was cut in the middle of the header': (database) => {
    truncateSync(database, 50);
  },
  'a file that was cut to its first page': (database) => {
    truncateSync(database, 4096);
  },
  'a file that was cut in half': (database) => {
    truncateSync(database, 4096 * Math.floor(readFileSync(database).byteLength / 8192));
  },
  'a file with an overwritten schema': (database) => {
    const bytes = readFileSync(database);
    bytes.fill(0xff, 100, 4096);
    writeFileSync(database, bytes);
  },
  'a database of another program': (database) => {
    rmSync(database);
    const other = new DatabaseSync(database);
    other.exec('CREATE TABLE theirs (x)');
    other.close();
  },
};

for (const [what, damage] of Object.entries(damages)) {
  test(`${what} in the place of the store is said, and stays as it is`, async () => {
    await withFilledState(async (stateDir, database) => {
      damage(database);
      const before = readFileSync(database);
      assert.is(await codeOf(open(stateDir)), 'PONS_ERR_STORE_CORRUPT');
      const message = await messageOf(open(stateDir));
      assert.match(message, database);
      assert.ok(before.equals(readFileSync(database)), 'not a byte was changed');
    });
  });
}

test('the command in the message keeps a damaged store aside, and the next start has an empty one', async () => {
  await withFilledState(async (stateDir, database) => {
    writeFileSync(database, 'x'.repeat(5000));
    const message = await messageOf(open(stateDir));
    const command = message.slice(message.indexOf('mkdir '));
    execFileSync('/bin/sh', ['-c', command]);
    await withStoreAt(stateDir, async (store) => {
      assert.is(await submitText(store, 'iris', 'id-1'), 'stored');
    });
    assert.equal(readdirSync(join(stateDir, 'damaged')).sort(), ['bodies', 'store.db']);
  });
});

test('a store of a later format is refused, naming both versions', async () => {
  await withFilledState(async (stateDir, database) => {
    const later = new DatabaseSync(database);
    later.exec('PRAGMA user_version = 99');
    later.close();
    assert.is(await codeOf(open(stateDir)), 'PONS_ERR_STORE_VERSION');
    assert.match(await messageOf(open(stateDir)), /99.*1/);
  });
});

test('what an interrupted first start left is replaced', async () => {
  await withStateDir(async (stateDir) => {
    await withStoreAt(stateDir, () => Promise.resolve());
    rmSync(join(stateDir, 'store.db'));
    writeFileSync(join(stateDir, 'store.db.new'), 'half');
    await withStoreAt(stateDir, async (store) => {
      assert.is(await submitText(store, 'iris', 'one'), 'stored');
    });
  });
});

test('a copy of a closed store serves as a backup', async () => {
  await withFilledState(async (stateDir) => {
    const copy = `${stateDir}-copy`;
    cpSync(stateDir, copy, { recursive: true });
    await withStoreAt(copy, async (store) => {
      assert.is((await store.counts('iris')).inQueue, 500);
    });
  });
});

test.run();
