import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  encodeHead,
  FrameDecoder,
  FramingError,
  MAX_BODY_BYTES,
  MAX_HEADER_BYTES,
} from '../../../bridge/node/framing.ts';

function frame(header: string, body: Buffer): Buffer {
  return Buffer.concat([encodeHead(header, body.length), body]);
}

function prefix(headerBytes: number, bodyBytes: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(headerBytes, 0);
  bytes.writeUInt32BE(bodyBytes, 4);
  return bytes;
}

const frames = [
  { header: '{}', body: Buffer.alloc(0) },
  { header: '{"a":"é"}', body: Buffer.from('body') },
  { header: '{"b":1}', body: Buffer.alloc(70_000, 7) },
];
const stream = Buffer.concat(frames.map(({ header, body }) => frame(header, body)));

for (const size of [1, 2, 3, 7, 8, 9, 11, 64, 1000, stream.length]) {
  test(`frames come out whole from chunks of ${size} bytes`, () => {
    const decoder = new FrameDecoder();
    const seen: { header: string; body: Buffer }[] = [];
    for (let at = 0; at < stream.length; at += size) {
      for (const one of decoder.push(Buffer.from(stream.subarray(at, at + size)))) {
        seen.push({ header: one.header, body: Buffer.from(one.body) });
      }
    }
    assert.equal(seen, frames);
    assert.ok(decoder.atBoundary);
  });
}

test('what was cut out of a chunk stays as it was when the memory of the chunk is used again', () => {
  const decoder = new FrameDecoder();
  const chunk = Buffer.alloc(40_000);
  const seen: { header: string; body: Buffer }[] = [];
  for (let at = 0; at < stream.length; at += chunk.length) {
    const length = stream.copy(chunk, 0, at);
    seen.push(...decoder.push(chunk.subarray(0, length)).map(({ header, body }) => ({ header, body })));
    chunk.fill(0xff);
  }
  assert.equal(seen, frames);
});

for (const cut of [1, 7, 8, 9, 12]) {
  test(`a stream that ends after ${cut} bytes ends inside a frame`, () => {
    const decoder = new FrameDecoder();
    decoder.push(Buffer.from(frame('{"a":1}', Buffer.from('body')).subarray(0, cut)));
    assert.not(decoder.atBoundary);
  });
}

const badLengths: [string, Buffer][] = [
  ['an empty header', prefix(0, 0)],
  ['a header of one byte', prefix(1, 0)],
  ['a header above the limit', prefix(MAX_HEADER_BYTES + 1, 0)],
  ['a body above the limit', prefix(2, MAX_BODY_BYTES + 1)],
  ['lengths of 4 GiB', prefix(0xffffffff, 0xffffffff)],
];
for (const [title, bytes] of badLengths) {
  test(`${title} is refused as soon as its length is there`, () => {
    assert.throws(
      () => new FrameDecoder().push(bytes),
      (error: unknown) => error instanceof FramingError,
    );
  });
}

test('a header above the limit is not sent', () => {
  assert.throws(() => encodeHead('x'.repeat(MAX_HEADER_BYTES + 1), 0), /a header of/);
});

test.run();
