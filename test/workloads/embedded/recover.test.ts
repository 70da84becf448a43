import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERVISOR_DEATHS_LIMIT } from '../../../runtime/workloads/states.ts';
import { openEmbeddedStore, type StoreNotice } from '../../../runtime/workloads/embedded/open.ts';
import { deadline } from '../../support/deadline.ts';
import {
  AMPLE_BYTES,
  chunksOf,
  codeOf,
  leaseOne,
  leaseUpTo,
  messageOf,
  patterned,
  submitBytes,
  submitText,
} from '../samples.ts';
import { withStateDir, withStoreAt } from './with-store.ts';

const HOLDER = fileURLToPath(new URL('./lease-holder.ts', import.meta.url));
const LARGE = patterned(1_500_000);

/** A process leases everything of `iris` and dies with it; resolves to how much that was. */
async function dieHolding(stateDir: string): Promise<number> {
  const holder = spawn(process.execPath, ['--import', 'tsx', HOLDER, stateDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(holder, 'exit');
  const [said] = (await deadline(60_000, once(holder.stdout, 'data'), 'the leases of the holder')) as [Buffer];
  holder.kill('SIGKILL');
  await deadline(60_000, exited, 'the death of the holder');
  return Number(said.toString());
}

test('what was running when the supervisor died is queued again, in its place and with its attempt', async () => {
  await withStateDir(async (stateDir) => {
    await withStoreAt(stateDir, async (store) => {
      await submitText(store, 'iris', 'one');
      await submitText(store, 'iris', 'two');
    });
    await dieHolding(stateDir);
    const notices: StoreNotice[] = [];
    const store = await openEmbeddedStore({ stateDir, onNotice: (notice) => notices.push(notice) });
    assert.equal(notices, [{ kind: 'recovered', requeued: 2, failed: 0, swept: 0 }]);
    const leases = await leaseUpTo(store, 'iris', 10);
    assert.equal(
      leases.map(({ id, attempt, alone }) => [id, attempt, alone]),
      [
        ['one', 1, false],
        ['two', 1, false],
      ],
    );
    await store.close();
  });
});

test(`the ${SUPERVISOR_DEATHS_LIMIT}th death of the supervisor fails the workload, and says so`, async () => {
  await withStateDir(async (stateDir) => {
    await withStoreAt(stateDir, async (store) => {
      await submitText(store, 'iris', 'one');
    });
    for (let death = 1; death <= SUPERVISOR_DEATHS_LIMIT; death += 1) {
      assert.is(await dieHolding(stateDir), 1, `leased after ${death - 1} deaths`);
    }
    await withStoreAt(stateDir, async (store) => {
      const heard: string[] = [];
      for (let listener = 0; listener < 2; listener += 1) {
        store.onEnded((api, status) => heard.push(`${listener} ${api} ${status}`));
      }
      assert.equal(heard, ['0 iris failed'], 'it is told, though it ended before anybody could listen');
      const record = await store.find('iris', 'one');
      assert.equal([record?.status, record?.error?.code], ['failed', 'PONS_ERR_WORKLOAD_SUPERVISOR_DEATHS']);
      assert.equal(await leaseUpTo(store, 'iris', 1), []);
    });
  });
});

test('a clean end with leases counts as no death, however often', async () => {
  await withStateDir(async (stateDir) => {
    await withStoreAt(stateDir, async (store) => {
      await submitText(store, 'iris', 'one');
    });
    for (let end = 0; end <= SUPERVISOR_DEATHS_LIMIT; end += 1) {
      await withStoreAt(stateDir, async (store) => {
        assert.is((await leaseOne(store, 'iris')).attempt, 1);
      });
    }
  });
});

test('a lease of an earlier supervisor is refused', async () => {
  await withStateDir(async (stateDir) => {
    let old = { api: '', id: '', token: '' };
    await withStoreAt(stateDir, async (store) => {
      await submitText(store, 'iris', 'one');
      old = await leaseOne(store, 'iris');
    });
    await withStoreAt(stateDir, async (store) => {
      await leaseOne(store, 'iris');
      assert.is(await store.complete(old, Buffer.from('{}')), 'refused');
    });
  });
});

test('files without a workload are swept at the start, those with one stay', async () => {
  await withStateDir(async (stateDir) => {
    await withStoreAt(stateDir, async (store) => {
      await submitBytes(store, 'iris', 'payload', LARGE);
      await submitBytes(store, 'iris', 'result', LARGE);
      const [, lease] = await leaseUpTo(store, 'iris', 2);
      assert.ok(lease);
      await store.complete(lease, LARGE);
      await store.receive(Readable.from(chunksOf(LARGE)), AMPLE_BYTES);
    });
    writeFileSync(join(stateDir, 'bodies', `${randomUUID()}.part`), 'x');
    assert.is(readdirSync(join(stateDir, 'bodies')).length, 4);
    await withStoreAt(stateDir, async (store) => {
      assert.is(readdirSync(join(stateDir, 'bodies')).length, 2);
      assert.ok(LARGE.equals(await store.read((await leaseOne(store, 'iris')).payload)));
      const record = await store.find('iris', 'result');
      assert.ok(record?.result);
      assert.ok(LARGE.equals(await store.read(record.result)));
    });
  });
});

test('the sweep deletes nothing that the store did not make', async () => {
  await withStateDir(async (stateDir) => {
    await withStoreAt(stateDir, () => Promise.resolve());
    const bodies = join(stateDir, 'bodies');
    const folder = randomUUID();
    mkdirSync(join(bodies, folder));
    for (const name of ['notes.txt', 'half.part', join(folder, 'kept')]) writeFileSync(join(bodies, name), 'mine');
    await withStoreAt(stateDir, () => Promise.resolve());
    assert.equal(readdirSync(bodies).sort(), [folder, 'half.part', 'notes.txt'].sort());
    assert.equal(readdirSync(join(bodies, folder)), ['kept']);
  });
});

test('a payload is deleted with its end, a refused result and a second body at once', async () => {
  await withStateDir(async (stateDir) => {
    const files = (): number => readdirSync(join(stateDir, 'bodies')).length;
    await withStoreAt(stateDir, async (store) => {
      await submitBytes(store, 'iris', 'one', LARGE);
      assert.is(await submitBytes(store, 'iris', 'one', LARGE), 'known');
      assert.is(await submitBytes(store, 'iris', 'one', patterned(1_500_000, 2)), 'conflict');
      assert.is(files(), 1);
      const lease = await leaseOne(store, 'iris');
      assert.is(await store.complete({ ...lease, token: 'x' }, LARGE), 'refused');
      assert.is(files(), 1);
      await store.complete(lease, Buffer.from('{}'));
      assert.is(files(), 0);
    });
  });
});

test('a workload whose file was deleted by somebody fails and says which; the next one is served', async () => {
  await withStateDir(async (stateDir) => {
    await withStoreAt(stateDir, async (store) => {
      await submitBytes(store, 'iris', 'lost', LARGE);
      await submitText(store, 'iris', 'next');
      rmSync(join(stateDir, 'bodies'), { recursive: true });
      const heard: string[] = [];
      store.onEnded((api, status) => heard.push(`${api} ${status}`));
      assert.equal(
        (await leaseUpTo(store, 'iris', 2)).map(({ id }) => id),
        ['next'],
      );
      const record = await store.find('iris', 'lost');
      assert.equal([record?.status, record?.error?.code], ['failed', 'PONS_ERR_WORKLOAD_BODY_MISSING']);
      assert.equal(heard, ['iris failed']);
      assert.match(record?.error?.message ?? '', join(stateDir, 'bodies'));
    });
  });
});

test('a result whose file was deleted by somebody is an error that names it', async () => {
  await withStateDir(async (stateDir) => {
    await withStoreAt(stateDir, async (store) => {
      await submitText(store, 'iris', 'one');
      await store.complete(await leaseOne(store, 'iris'), LARGE);
      rmSync(join(stateDir, 'bodies'), { recursive: true });
      const record = await store.find('iris', 'one');
      assert.ok(record?.result);
      assert.is(await codeOf(store.read(record.result)), 'PONS_ERR_WORKLOAD_BODY_MISSING');
      assert.is(await codeOf(store.open(record.result)), 'PONS_ERR_WORKLOAD_BODY_MISSING');
    });
  });
});

test('a result whose file was cut is an error that names it, before a byte of it is given', async () => {
  await withStateDir(async (stateDir) => {
    await withStoreAt(stateDir, async (store) => {
      await submitText(store, 'iris', 'one');
      await store.complete(await leaseOne(store, 'iris'), LARGE);
      const record = await store.find('iris', 'one');
      assert.ok(record?.result?.kind === 'file');
      truncateSync(record.result.path, 1000);
      assert.is(await codeOf(store.open(record.result)), 'PONS_ERR_WORKLOAD_BODY_DAMAGED');
      assert.is(await codeOf(store.read(record.result)), 'PONS_ERR_WORKLOAD_BODY_DAMAGED');
      assert.match(await messageOf(store.open(record.result)), record.result.path);
    });
  });
});

test.run();
