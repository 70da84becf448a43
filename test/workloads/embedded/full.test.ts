import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import type { EmbeddedStore } from '../../../runtime/workloads/embedded/store.ts';
import { knownError } from '../../project/support/errors.ts';
import { AMPLE_BYTES, chunksOf, codeOf, leaseOne, leaseUpTo, patterned, submitBytes, submitText } from '../samples.ts';
import { withTmpfs } from './with-tmpfs.ts';

const KB_300 = patterned(300_000);
const MB_2 = patterned(2_000_000);

/** A store on a disk of 24 MB, which leaves nothing in reserve unless told to. */
async function onSmallDisk(
  act: (store: EmbeddedStore, stateDir: string) => Promise<void>,
  reserveBytes = 0,
): Promise<void> {
  await withTmpfs('24m', async (folder) => {
    const stateDir = join(folder, 'state');
    const store = await openEmbeddedStore({ stateDir, reserveBytes });
    try {
      await act(store, stateDir);
    } finally {
      await store.close();
    }
  });
}

/** Fills the disk with a file of nobody's to its last block, or to its last `leaveBytes`. */
function fillDisk(stateDir: string, leaveBytes = 0): string {
  const ballast = join(stateDir, '..', 'ballast');
  const { bavail, bsize } = statfsSync(stateDir);
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - leaveBytes));
  return ballast;
}

test('a full disk refuses submissions, keeps what was accepted, and is forgotten when there is room again', async () => {
  await onSmallDisk(async (store, stateDir) => {
    await submitText(store, 'iris', 'before');
    const ballast = fillDisk(stateDir);
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_one, at) =>
        submitBytes(store, 'iris', `during-${at}`, KB_300).catch((error: unknown) => (error as { code: string }).code),
      ),
    );
    assert.ok(
      outcomes.every((outcome) => outcome === 'PONS_ERR_STORE_FULL'),
      outcomes.join(),
    );
    assert.is(await store.find('iris', 'during-0'), null);
    assert.is((await store.counts('iris')).inQueue, 1);
    rmSync(ballast);
    assert.is((await leaseUpTo(store, 'iris', 10)).length, 1);
    // A look at the disk while it was full holds for a second.
    await until(store, 'accepted');
    assert.is(await submitBytes(store, 'iris', 'after', KB_300), 'stored');
    assert.is((await leaseOne(store, 'iris')).id, 'after');
  });
});

test('a large body that the disk has no room for leaves nothing behind', async () => {
  await onSmallDisk(async (store, stateDir) => {
    const ballast = fillDisk(stateDir);
    const code = await codeOf(store.receive(Readable.from(chunksOf(MB_2)), AMPLE_BYTES));
    assert.is(code, 'PONS_ERR_STORE_FULL');
    assert.equal(readdirSync(join(stateDir, 'bodies')), []);
    rmSync(ballast);
    await until(store, 'accepted');
  });
});

test('a submission that would eat into the reserve is refused, while accepted workloads still end', async () => {
  await onSmallDisk(async (store, stateDir) => {
    await submitText(store, 'iris', 'one');
    assert.is(await store.refusal(), null);
    const ballast = fillDisk(stateDir, 6_000_000);
    const end = Date.now() + 60_000;
    while ((await store.refusal()) === null && Date.now() < end) await setImmediate();
    assert.is(await codeOf(submitText(store, 'iris', 'two')), 'PONS_ERR_STORE_FULL');
    const refusal = await store.refusal();
    assert.is(refusal?.code, 'PONS_ERR_STORE_FULL');
    assert.match(refusal?.message ?? '', `${stateDir} is full: 5 MB are free; 64 MB are kept free for results`);
    assert.is(await store.complete(await leaseOne(store, 'iris'), MB_2), 'done');
    assert.is((await store.find('iris', 'one'))?.status, 'completed');
    rmSync(ballast);
    await until(store, 'accepted');
    assert.is(await store.refusal(), null);
  }, 8_000_000);
});

test('a store that the disk has no room to open says so, and opens when there is room again', async () => {
  await withTmpfs('4m', async (folder) => {
    const stateDir = join(folder, 'state');
    await (await openEmbeddedStore({ stateDir })).close();
    for (const leaveBytes of [0, 4096, 8192]) {
      const ballast = fillDisk(stateDir, leaveBytes);
      const { message, fix } = await knownError(openEmbeddedStore({ stateDir }), 'PONS_ERR_STATE_DISK_FULL');
      assert.match(message, /is full: \d+ KB are free; Pons cannot start/);
      assert.match(fix, 'Free some disk space and start Pons again');
      rmSync(ballast);
    }
    await (await openEmbeddedStore({ stateDir })).close();
  });
});

/** Offers a large body until that has the outcome awaited: the store looks at the disk at most once a second. */
async function until(store: EmbeddedStore, awaited: string): Promise<void> {
  const end = Date.now() + 60_000;
  let outcome = '';
  while (outcome !== awaited && Date.now() < end) {
    outcome = await store.receive(Readable.from(chunksOf(MB_2)), AMPLE_BYTES).then(
      (received) => store.discard(received).then(() => 'accepted'),
      (error: unknown) => (error as { code: string }).code,
    );
  }
  assert.is(outcome, awaited);
}

test.run();
