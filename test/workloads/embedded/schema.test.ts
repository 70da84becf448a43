import { cpSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import { deadline } from '../../support/deadline.ts';
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

const ACTOR = fileURLToPath(new URL('./crash-actor.ts', import.meta.url));

/** A process submits and ends workloads, and is killed in the middle of it. */
async function dieSubmitting(stateDir: string): Promise<void> {
  const actor = spawn(process.execPath, ['--import', 'tsx', ACTOR, stateDir, 'w'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(actor, 'exit');
  let said = 0;
  for await (const chunk of actor.stdout) {
    said += (chunk as Buffer).length;
    if (said <= 20_000) continue;
    // Before nobody reads any more, of which it would die in a way of its own.
    actor.kill('SIGKILL');
    break;
  }
  await deadline(60_000, exited, 'the death of the actor');
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
  'a file with damage all over it': (database) => {
    const bytes = readFileSync(database);
    for (let at = 8192; at < bytes.length; at += 8192) bytes.fill(0xaa, at, at + 64);
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

test('a store that is missing is said, and what is left of it stays', async () => {
  await withFilledState(async (stateDir, database) => {
    writeFileSync(join(stateDir, 'bodies', 'left'), 'of a large payload');
    const before = readdirSync(join(stateDir, 'bodies'));
    rmSync(database);
    assert.is(await codeOf(open(stateDir)), 'PONS_ERR_STORE_MISSING');
    const message = await messageOf(open(stateDir));
    assert.match(message, `${database} is missing`);
    assert.equal(readdirSync(join(stateDir, 'bodies')), before);
    rmSync(/ though there was one: (.*) says so/.exec(message)?.[1] ?? '');
    await withStoreAt(stateDir, async (store) => {
      assert.is((await store.counts('iris')).inQueue, 0);
    });
  });
});

test('the log of a store that was cut off stays beside it when the store is found damaged', async () => {
  await withStateDir(async (stateDir) => {
    await dieSubmitting(stateDir);
    const [database, log] = [join(stateDir, 'store.db'), join(stateDir, 'store.db-wal')];
    const before = readFileSync(log);
    assert.ok(before.length > 100_000);
    // What the log holds would go over any damage; the last pages are those that it lacks.
    truncateSync(database, 20_480);
    for (let start = 1; start <= 2; start += 1) {
      assert.is(await codeOf(open(stateDir)), 'PONS_ERR_STORE_CORRUPT');
      // The start may have come as far as giving leases back, which is written behind it.
      assert.ok(before.equals(readFileSync(log).subarray(0, before.length)));
    }
  });
});

test('the command in the message keeps a damaged store aside, and the next start has an empty one', async () => {
  await withFilledState(async (stateDir, database) => {
    writeFileSync(database, 'x'.repeat(5000));
    const message = await messageOf(open(stateDir));
    const command = message.slice(message.indexOf('mkdir '));
    execFileSync('/bin/sh', ['-c', command]);
    await withStoreAt(stateDir, async (store) => {
      assert.is(await submitText(store, 'iris', 'id-1'), 'stored');
    });
    assert.equal(readdirSync(join(stateDir, 'damaged')).sort(), ['bodies', 'store.db', 'store.db.made']);
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
    for (const name of ['store.db', 'store.db.made']) rmSync(join(stateDir, name));
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
