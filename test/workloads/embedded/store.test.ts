import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import { deadline } from '../../support/deadline.ts';
import { codeOf, leaseOne, patterned, submitText } from '../samples.ts';
import { withEmbeddedStore, withStateDir, withStoreAt } from './with-store.ts';

test('counting costs the same with 20,000 stored workloads as with ten', async () => {
  await withEmbeddedStore(async (store) => {
    const timeOfCounts = async (): Promise<number> => {
      const times: number[] = [];
      for (let at = 0; at < 200; at += 1) {
        const begin = performance.now();
        await store.counts('iris');
        times.push(performance.now() - begin);
      }
      // The shortest: whatever else the machine does makes none shorter.
      return Math.min(...times);
    };
    await Promise.all(Array.from({ length: 10 }, (_one, at) => submitText(store, 'iris', `few-${at}`)));
    const few = await timeOfCounts();
    await Promise.all(Array.from({ length: 20_000 }, (_one, at) => submitText(store, 'iris', `many-${at}`)));
    assert.is((await store.counts('iris')).inQueue, 20_010);
    // A scan of 20,000 entries takes 1 ms and more; a look at a counter 0.05 ms.
    const many = await timeOfCounts();
    assert.ok(many < 3 * few + 0.5, `${many.toFixed(3)} ms, and ${few.toFixed(3)} ms with ten`);
  });
});

test('leases are not held up by a burst of submissions, which go on meanwhile', async () => {
  await withEmbeddedStore(async (store) => {
    await submitText(store, 'iris', 'first');
    let stored = 0;
    const burst = Array.from({ length: 5000 }, async (_one, at) => {
      await submitText(store, 'iris', `burst-${at}`);
      stored += 1;
    });
    await new Promise((resolve) => setImmediate(resolve));
    await leaseOne(store, 'iris');
    assert.ok(stored < 2500, `the lease came after ${stored} of 5,000 submissions`);
    await Promise.all(burst);
    assert.is((await store.counts('iris')).inQueue, 5000);
  });
});

test('listeners hear once of what came into the queue together', async () => {
  await withEmbeddedStore(async (store) => {
    let heard = 0;
    store.onQueued('iris', () => (heard += 1));
    await Promise.all(Array.from({ length: 100 }, (_one, at) => submitText(store, 'iris', String(at))));
    assert.ok(heard >= 1 && heard < 20, `${heard} calls for 100 submissions at a time`);
  });
});

test('large results that are asked for at once are not in memory at once', async () => {
  await withEmbeddedStore(async (store) => {
    const result = patterned(1_000_000);
    await submitText(store, 'iris', 'one');
    await store.complete(await leaseOne(store, 'iris'), result);
    const before = process.memoryUsage.rss();
    let sizes = 0;
    let peak = 0;
    await Promise.all(
      Array.from({ length: 400 }, async () => {
        const record = await store.find('iris', 'one');
        assert.ok(record?.result?.kind === 'bytes');
        sizes += record.result.bytes.byteLength;
        peak = Math.max(peak, process.memoryUsage.rss());
      }),
    );
    assert.is(sizes, 400 * result.byteLength);
    assert.ok(peak - before < 250_000_000, `${Math.round((peak - before) / 1e6)} MB more than before`);
  });
});

test('what is asked beside large results is answered, each in its turn', async () => {
  await withEmbeddedStore(async (store) => {
    const results = Array.from({ length: 40 }, (_one, at) => patterned(1_000_000, at));
    for (const [at, result] of results.entries()) {
      await submitText(store, 'iris', `large-${at}`);
      await store.complete(await leaseOne(store, 'iris'), result);
    }
    const finds = results.map(async (result, at) => {
      const record = await store.find('iris', `large-${at}`);
      assert.ok(record?.result);
      assert.ok(result.equals(await store.read(record.result)), `result ${at}`);
    });
    const submits = results.map((_result, at) => submitText(store, 'iris', `new-${at}`));
    const counted = store.counts('iris');
    assert.ok((await Promise.all(submits)).every((outcome) => outcome === 'stored'));
    await Promise.all([...finds, counted]);
    assert.is((await store.counts('iris')).inQueue, 40);
  });
});

test('close waits for what is under way, and refuses what comes after', async () => {
  await withStateDir(async (stateDir) => {
    const store = await openEmbeddedStore({ stateDir });
    const received = { body: { kind: 'bytes', bytes: Buffer.from('1') } as const, digest: Buffer.alloc(32) };
    const outcomes = Array.from({ length: 1000 }, (_one, at) =>
      store.submit({ api: 'iris', id: String(at), isNewId: false, contentType: 'application/json', received }),
    );
    await Promise.all([outcomes[0]]);
    const closed = store.close();
    assert.is(await codeOf(store.find('iris', '1')), 'PONS_ERR_STORE_CLOSED');
    await closed;
    assert.ok((await Promise.all(outcomes)).every((outcome) => outcome === 'stored'));
    await withStoreAt(stateDir, async (again) => {
      assert.is((await again.counts('iris')).inQueue, 1000);
    });
  });
});

test('a process that forgets to close its store ends all the same, after what it asked for', async () => {
  await withStateDir(async (stateDir) => {
    const forgetful = fileURLToPath(new URL('./forgetful.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', forgetful, stateDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const output = (await child.stdout.toArray()).join('');
    const [code] = (await deadline(60_000, exited, 'the end of the process')) as [number | null];
    assert.equal([code, output], [0, 'stored\n']);
  });
});

test.run();
