import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AMPLE_BYTES, chunksOf, codeOf, patterned } from '../samples.ts';
import { withDyingThread } from './with-dying-thread.ts';

const LARGE = patterned(1_500_000);
const HELD = { api: 'iris', id: 'one', token: '1.x.1' };

test('the file of a result stays when nobody knows whether its record is durable', async () => {
  await withDyingThread(async (store, folder) => {
    assert.is(await codeOf(store.complete(HELD, LARGE)), 'PONS_ERR_STORE_LOST');
    assert.is(readdirSync(folder).length, 1);
  });
});

test('the file of a payload stays when nobody knows whether its record is durable', async () => {
  await withDyingThread(async (store, folder) => {
    const received = await store.receive(Readable.from(chunksOf(LARGE)), AMPLE_BYTES);
    const submission = { api: 'iris', id: 'one', isNewId: false, contentType: 'image/png', received };
    assert.is(await codeOf(store.submit(submission)), 'PONS_ERR_STORE_LOST');
    assert.is(readdirSync(folder).length, 1);
  });
});

test('a store whose thread has died says so once, refuses everything, and can be closed', async () => {
  await withDyingThread(async (store, _folder, notices) => {
    assert.is(await store.refusal(), null);
    assert.is(await codeOf(store.find('iris', 'one')), 'PONS_ERR_STORE_LOST');
    assert.is((await store.refusal())?.code, 'PONS_ERR_STORE_LOST');
    assert.is(await codeOf(store.counts('iris')), 'PONS_ERR_STORE_LOST');
    assert.equal(notices, ['PONS_ERR_STORE_LOST']);
    await store.close();
  });
});

test.run();
