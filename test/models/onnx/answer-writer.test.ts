import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FrameDecoder, type Frame } from '../../../bridge/node/framing.ts';
import { AnswerWriter } from '../../../runtime/models/onnx/answer-writer.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

/** Many times what a socket has room for. */
const LARGE_BYTES = 8 * 1024 * 1024;

function body(bytes: number, first: number): Buffer {
  const filled = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 1) filled[at] = (first + at * 7) % 251;
  return filled;
}

/** Both ends of a connection. */
async function withEnds(act: (writing: Socket, reading: Socket) => Promise<void>): Promise<void> {
  const path = join(makeTempDir(), 'socket');
  const server = createServer();
  await once(server.listen(path), 'listening');
  const reading = connect(path);
  const [writing] = (await once(server, 'connection')) as [Socket];
  try {
    await act(writing, reading);
  } finally {
    for (const end of [writing, reading]) end.destroy();
    server.close();
  }
}

async function read(reading: Socket, count: number): Promise<Frame[]> {
  const decoder = new FrameDecoder();
  const frames: Frame[] = [];
  for await (const chunk of reading) {
    frames.push(...decoder.push(chunk as Buffer));
    if (frames.length >= count) break;
  }
  return frames;
}

test('small and large answers arrive as they were given and in their order, whether there is room for them or not', async () => {
  await withEnds(async (writing, reading) => {
    const writer = new AnswerWriter(writing);
    const sizes = [0, 3, LARGE_BYTES, 5, 100_000, LARGE_BYTES, 0];
    // Nobody reads yet.
    for (const [index, bytes] of sizes.entries()) writer.write(JSON.stringify({ index }), body(bytes, index));
    assert.ok(writing.writableLength > LARGE_BYTES, `${writing.writableLength}`);
    const frames = await read(reading, sizes.length);
    for (const [index, bytes] of sizes.entries()) {
      assert.is(frames[index]?.header, JSON.stringify({ index }));
      assert.is(frames[index]?.body.compare(body(bytes, index)), 0);
    }
  });
});

test('what there is room for is with the system when the call returns', async () => {
  await withEnds(async (writing, reading) => {
    const given = body(70_000, 1);
    new AnswerWriter(writing).write('{}', given);
    assert.is(writing.writableLength, 0);
    // Its memory is given back.
    assert.is(given.length, 0);
    const [frame] = await read(reading, 1);
    assert.is(frame?.body.compare(body(70_000, 1)), 0);
  });
});

test('a connection that has ended at the other end is told by the socket', async () => {
  await withEnds(async (writing, reading) => {
    reading.destroy();
    await once(reading, 'close');
    const failed = once(writing, 'error');
    const writer = new AnswerWriter(writing);
    writer.write('{}', body(3, 1));
    const [error] = (await failed) as [NodeJS.ErrnoException];
    assert.is(error.code, 'EPIPE');
  });
});

test.run();
