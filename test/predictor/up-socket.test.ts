import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openUpSocket } from '../../runtime/predictor/up-socket.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const usual = process.env['TMPDIR'];

function setTmpDir(path: string | undefined): void {
  if (path === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = path;
}

test.after.each(() => {
  setTmpDir(usual);
});

test('what is written at one end comes out at the other, in memory that is used again, and then the end', async () => {
  const { near, far } = await openUpSocket();
  const bytes = Buffer.from(Array.from({ length: 1_000_000 }, (_, at) => at % 251));
  const pieces: Buffer[] = [];
  const memory = new Set<ArrayBufferLike>();
  near.on('data', (piece: Buffer) => {
    pieces.push(Buffer.from(piece));
    memory.add(piece.buffer);
  });
  far.end(bytes);
  await once(near, 'end');
  assert.ok(Buffer.concat(pieces).equals(bytes));
  assert.ok(pieces.length > 1);
  assert.is(memory.size, 1);
  near.destroy();
});

test('two of them are two, and no file is left', async () => {
  const dir = makeTempDir();
  setTmpDir(dir);
  const [one, other] = await Promise.all([openUpSocket(), openUpSocket()]);
  assert.equal(readdirSync(dir), []);
  for (const [socket, text] of [
    [one, 'one'],
    [other, 'other'],
  ] as const) {
    socket.far.end(text);
    assert.is(String((await once(socket.near, 'data'))[0]), text);
    socket.near.destroy();
  }
});

test('a folder for temporary files whose path is too long is named, and left as it was', async () => {
  const dir = join(makeTempDir(), 'x'.repeat(100));
  mkdirSync(dir);
  setTmpDir(dir);
  await openUpSocket().then(
    () => {
      assert.unreachable();
    },
    (error: unknown) => {
      assert.match(String(error), /TMPDIR/);
      assert.ok(String(error).includes(dir));
    },
  );
  assert.equal(readdirSync(dir), []);
});

test('a folder for temporary files that is missing is an error of the system', async () => {
  setTmpDir(join(makeTempDir(), 'gone'));
  await openUpSocket().then(
    () => {
      assert.unreachable();
    },
    (error: unknown) => {
      assert.match(String(error), /ENOENT/);
    },
  );
});

test.run();
