import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import * as assert from 'uvu/assert';
import type { Check } from '../conformance.ts';
import {
  AMPLE_BYTES,
  chunksOf,
  codeOf,
  leaseOne,
  leaseUpTo,
  messageOf,
  patterned,
  sha256,
  submitBytes,
} from '../samples.ts';

const MB = 1024 * 1024;

export function conformsInBodies(check: Check): void {
  for (const size of [0, 1, 1000, MB - 1, MB, MB + 1, 5 * MB + 17]) {
    check(`a body of ${size} bytes comes back as payload and as result, unchanged`, async (store) => {
      const bytes = patterned(size);
      const received = await store.receive(Readable.from(chunksOf(bytes)), AMPLE_BYTES);
      assert.is(Buffer.compare(received.digest, sha256(bytes)), 0);
      await store.submit({ api: 'image', id: 'one', isNewId: false, contentType: 'image/png', received });
      const lease = await leaseOne(store, 'image');
      assert.is(Buffer.compare(await store.read(lease.payload), bytes), 0);
      const result = patterned(size, 2);
      assert.is(await store.complete(lease, result), 'done');
      const record = await store.find('image', 'one');
      assert.ok(record?.result);
      assert.is(Buffer.compare(await store.read(record.result), result), 0);
    });
  }

  for (const size of [0, 1000, 3 * MB]) {
    check(`a body of ${size} bytes is read in pieces, or left half read`, async (store) => {
      const bytes = patterned(size);
      await submitBytes(store, 'image', 'one', bytes);
      const { payload } = await leaseOne(store, 'image');
      const { sizeBytes, stream } = await store.open(payload);
      assert.is(sizeBytes, size);
      assert.is(Buffer.compare(Buffer.concat(await stream.toArray()), bytes), 0);
      const left = await store.open(payload);
      left.stream.destroy();
      await once(left.stream, 'close');
    });
  }

  check('workloads of one batch keep their own bodies', async (store) => {
    const bodies = Array.from({ length: 40 }, (_one, at) => patterned(500 + at, at));
    await Promise.all(bodies.map((bytes, at) => submitBytes(store, 'image', String(at), bytes)));
    for (const { id, payload } of await leaseUpTo(store, 'image', 40)) {
      assert.is(Buffer.compare(await store.read(payload), bodies[Number(id)] ?? Buffer.alloc(0)), 0);
    }
  });

  for (const [size, limitBytes] of [
    [11, 10],
    [3 * MB, 2 * MB],
  ] as const) {
    check(`a body of ${size} bytes is refused where ${limitBytes} are allowed`, async (store) => {
      const stream = Readable.from(chunksOf(patterned(size)));
      assert.is(await codeOf(store.receive(stream, limitBytes)), 'PONS_ERR_HTTP_BODY_TOO_LARGE');
      assert.is(stream.destroyed, false, 'the request can still be answered');
    });
  }

  check('a body of exactly the limit is accepted', async (store) => {
    const { digest } = await store.receive(Readable.from(chunksOf(patterned(1000))), 1000);
    assert.is(Buffer.compare(digest, sha256(patterned(1000))), 0);
  });

  check('a stream that was broken before rejects', async (store) => {
    const stream = new PassThrough();
    const broken = once(stream, 'error');
    stream.destroy(new Error('the client went away'));
    await broken;
    assert.match(await messageOf(store.receive(stream, AMPLE_BYTES)), 'the client went away');
  });

  for (const size of [10, 2 * MB]) {
    check(`a stream that breaks after ${size} bytes rejects`, async (store) => {
      const stream = new PassThrough({ highWaterMark: 4 * MB });
      const received = store.receive(stream, AMPLE_BYTES);
      stream.write(patterned(size), () => stream.destroy(new Error('the client went away')));
      assert.match(await messageOf(received), 'the client went away');
    });
  }

  check('a discarded body is forgotten', async (store) => {
    const received = await store.receive(Readable.from(chunksOf(patterned(2 * MB))), AMPLE_BYTES);
    await store.discard(received);
    if (received.body.kind === 'file')
      assert.is(await codeOf(store.read(received.body)), 'PONS_ERR_WORKLOAD_BODY_MISSING');
  });
}
