import { readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KnownError } from '../../../runtime/errors/known-error.ts';
import { parsePayloadsUrl } from '../../../runtime/workloads/blobs/location.ts';
import { exportWorkloads } from '../../../runtime/workloads/moving/export.ts';
import { lookThrough } from '../../../runtime/workloads/moving/import.ts';
import type { WorkloadStore } from '../../../runtime/workloads/store.ts';
import { contentsOf } from '../../support/moving/mover.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { environmentFor, startMoto } from '../../support/s3/moto.ts';
import { forgetCredentials } from '../../support/s3/no-credentials.ts';
import { startProxy } from '../../support/s3/proxy.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { withEmbeddedStore } from '../embedded/with-store.ts';
import { withStoreIn } from '../redis/with-store.ts';
import { codeOf, leaseOne, patterned, submitBytes, submitText } from '../samples.ts';

const NEVER = new AbortController().signal;
const [MISSING, DAMAGED] = ['PONS_ERR_WORKLOAD_BODY_MISSING', 'PONS_ERR_WORKLOAD_BODY_DAMAGED'];
const IO = 'PONS_ERR_STORE_IO';
const SIZE = 2_000_000;

/** Exports all to a file that can be imported; resolves to what is told of each workload: its error, or how it is. */
async function told(store: Pick<WorkloadStore, 'carriage' | 'open'>): Promise<Record<string, string>> {
  const path = join(makeTempDir(), 'file');
  const of: Record<string, string> = {};
  await exportWorkloads({
    ...{ store, apis: ['api'], path, confirm: () => Promise.resolve(), signal: NEVER },
    onWorkload: ({ id, status, error }, _bytes, lost) => {
      of[id] = lost?.code ?? status;
      assert.is(error?.code, lost?.code);
    },
    onLeftOut: ({ id }, { code }) => {
      of[id] = `left out: ${code}`;
    },
  });
  const isIn = (how: string): boolean => !how.startsWith('left out');
  assert.is((await lookThrough(path, NEVER)).workloads, Object.values(of).filter(isIn).length);
  for (const [id, how] of Object.entries(of)) {
    if (!isIn(how)) {
      assert.not.ok(contentsOf(path).some((line) => line.includes(`"id":"${id}"`)));
      continue;
    }
    const status = how.startsWith('PONS_') ? 'failed' : how;
    assert.ok(contentsOf(path).some((line) => line.includes(`"id":"${id}","status":"${status}"`)));
  }
  return of;
}

function flipped(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed[1000] = (bytes[1000] ?? 0) ^ 1;
  return changed;
}

/** What of a workload is known by a body of its own: its pattern. */
const bodies: Readonly<Record<string, Buffer>> = Object.fromEntries(
  ['whole', 'deleted', 'changed', 'shorter', 'longer'].map((id, seed) => [id, patterned(SIZE, seed)]),
);

async function submitAll(store: WorkloadStore): Promise<void> {
  for (const [id, body] of Object.entries(bodies)) await submitBytes(store, 'api', id, body);
}

const expected = { whole: 'in_queue', deleted: MISSING, changed: DAMAGED, shorter: DAMAGED, longer: DAMAGED };

test('a file of a payload that is not what was submitted is exported as failed, and the file can be imported', async () => {
  await withEmbeddedStore(async (store, stateDir) => {
    await submitAll(store);
    const folder = join(stateDir, 'bodies');
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const bytes = readFileSync(path);
      const id = Object.keys(bodies).find((one) => bodies[one]?.equals(bytes));
      if (id === 'deleted') rmSync(path);
      if (id === 'changed') writeFileSync(path, flipped(bytes));
      if (id === 'shorter') truncateSync(path, SIZE - 1);
      if (id === 'longer') truncateSync(path, SIZE + 1);
    }
    assert.equal(await told(store), expected);
  });
});

/** A JSON text of `SIZE` bytes. */
function resultOf(seed: number): Buffer {
  return Buffer.from(JSON.stringify(String(seed).repeat(SIZE - 2)));
}

test('a result that is not JSON, which no import would take, is exported as failed', async () => {
  await withEmbeddedStore(async (store) => {
    for (const id of ['small', 'large']) {
      await submitText(store, 'api', id);
      await store.complete(await leaseOne(store, 'api'), id === 'small' ? Buffer.from('{"a":') : patterned(SIZE));
    }
    assert.equal(await told(store), { small: DAMAGED, large: DAMAGED });
  });
});

test('a file of a result that is not what was stored is exported as failed, also where it is as long', async () => {
  await withEmbeddedStore(async (store, stateDir) => {
    for (const [id, seed] of [
      ['changed', 1],
      ['whole', 2],
    ] as const) {
      await submitBytes(store, 'api', id, Buffer.from('1'));
      await store.complete(await leaseOne(store, 'api'), resultOf(seed));
    }
    const folder = join(stateDir, 'bodies');
    for (const path of readdirSync(folder).map((name) => join(folder, name))) {
      const bytes = readFileSync(path);
      if (bytes.equals(resultOf(1))) writeFileSync(path, flipped(bytes));
    }
    assert.equal(await told(store), { changed: DAMAGED, whole: 'completed' });
  });
});

test('a file that cannot be read is left out, and everything else is exported', async () => {
  await withEmbeddedStore(async (store, stateDir) => {
    await submitBytes(store, 'api', 'first', Buffer.from('1'));
    await submitBytes(store, 'api', 'unreadable', patterned(SIZE));
    await submitBytes(store, 'api', 'last', Buffer.from('1'));
    const [path = ''] = readdirSync(join(stateDir, 'bodies')).map((name) => join(stateDir, 'bodies', name));
    rmSync(path);
    // Nobody can read it, root included.
    symlinkSync(path, path);
    assert.equal(await told(store), { first: 'in_queue', unreadable: `left out: ${IO}`, last: 'in_queue' });
  });
});

test('a body that cannot be read since the machine has no open files to give ends the export, as others could not be read either', async () => {
  await withEmbeddedStore(async (store) => {
    await submitBytes(store, 'api', 'one', patterned(SIZE));
    const short = Object.assign(new Error('EMFILE: too many open files, open'), { code: 'EMFILE', syscall: 'open' });
    for (const error of [short, KnownError.of('PONS_ERR_STORE_IO', { path: 'one', reason: short.message }, short)]) {
      const starved = { carriage: store.carriage, open: () => Promise.reject(error) };
      assert.is(await codeOf(told(starved)), 'PONS_ERR_MACHINE_NO_FILES');
    }
  });
});

test('a payload in Redis that is not what was submitted is exported as failed, a small one and a part of a large one', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      for (const id of ['inline', 'part', 'changed', 'whole']) {
        await submitBytes(store, 'api', id, id === 'inline' ? Buffer.from('12345') : patterned(SIZE));
      }
      const chunksOf = (id: string): string => server.command('HGET', `pons:{api}:w:${id}`, 'chunks').trim();
      server.command('HSET', 'pons:{api}:w:inline', 'body', '12346');
      server.command('HDEL', chunksOf('part'), '3');
      server.command('HSET', chunksOf('changed'), '3', 'short');
      assert.equal(await told(store), { inline: DAMAGED, part: MISSING, changed: DAMAGED, whole: 'in_queue' });
    });
  });
});

test('an object of a bucket that is not what was submitted is exported as failed, a payload or a result', async () => {
  forgetCredentials();
  const moto = await startMoto();
  Object.assign(process.env, environmentFor(moto.address));
  try {
    await withRedis(async (server) => {
      await withStoreIn(
        server,
        async (store) => {
          const keyOf = (id: string): string =>
            server.command('HGET', `pons:{api}:w:${id}`, 'chunks').trim().replace('s3://bucket/', '');
          await submitBytes(store, 'api', 'result', Buffer.from('1'));
          await store.complete(await leaseOne(store, 'api'), patterned(SIZE));
          await submitAll(store);
          await moto.remove(keyOf('deleted'));
          await moto.put(keyOf('changed'), flipped(patterned(SIZE)));
          for (const id of ['shorter', 'result']) await moto.put(keyOf(id), patterned(SIZE - 1));
          await moto.put(keyOf('longer'), patterned(SIZE + 1));
          assert.equal(await told(store), { ...expected, result: DAMAGED });
        },
        { payloads: parsePayloadsUrl('s3://bucket/pons') },
      );
    });
  } finally {
    await moto.end();
  }
});

test('an object that was changed on its way is read once more', async () => {
  forgetCredentials();
  const moto = await startMoto();
  const proxy = await startProxy(moto.address);
  Object.assign(process.env, environmentFor(proxy.address));
  try {
    await withRedis(async (server) => {
      await withStoreIn(
        server,
        async (store) => {
          await submitBytes(store, 'api', 'one', patterned(SIZE));
          proxy.asked.length = 0;
          const reads = (): number =>
            proxy.asked.filter((asked) => asked.startsWith('GET /bucket/pons/api/one.')).length;
          proxy.deed = () => (reads() === 1 ? { kind: 'change', change: flipped } : { kind: 'pass' });
          assert.equal(await told(store), { one: 'in_queue' });
          assert.is(reads(), 2);
        },
        { payloads: parsePayloadsUrl('s3://bucket/pons') },
      );
    });
  } finally {
    await proxy.end();
    await moto.end();
  }
});

test.run();
