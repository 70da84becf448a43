import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { letGo } from '../../../bridge/node/let-go.ts';

const MB = 1024 * 1024;

test('the memory of a large body is given back at once', () => {
  const bodies = Array.from({ length: 64 }, () => Buffer.alloc(MB, 1));
  // A collection in between may take other memory too, but none of this: all of it is still referred to.
  const held = process.memoryUsage().arrayBuffers;
  for (const body of bodies) letGo(body);
  assert.ok(held - process.memoryUsage().arrayBuffers > 63 * MB);
  assert.ok(bodies.every(({ length }) => length === 0));
});

test('a small body, and one that shares its memory, stay as they are', () => {
  const small = Buffer.alloc(1000, 1);
  const large = Buffer.alloc(MB, 1);
  const part = large.subarray(1);
  const shared = new Uint8Array(new SharedArrayBuffer(MB));
  for (const body of [small, part, shared]) {
    const { length } = body;
    letGo(body);
    assert.is(body.length, length);
  }
  assert.is(large.length, MB);
});

test.run();
