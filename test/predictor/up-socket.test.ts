import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openUpSocket, type UpSocket } from '../../runtime/predictor/up-socket.ts';
import { deadline } from '../support/deadline.ts';
import { openFds, untilFds, withFreeFds } from '../support/free-fds.ts';
import { notRun } from '../support/not-run.ts';
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

test('where the file descriptors run out on the way, that is the error, and none is kept', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: the open files of a process cannot be limited from outside');
    return;
  }
  setTmpDir(makeTempDir());
  const close = async ({ near, far }: UpSocket): Promise<void> => {
    const closed = [near, far].map((socket) => once(socket.destroy(), 'close'));
    await Promise.all(closed);
  };
  await close(await openUpSocket());
  const before = openFds();
  const outcomes: string[] = [];
  for (let free = 0; free < 6; free++) {
    const opening = withFreeFds(free, () =>
      openUpSocket().then(
        async (sockets) => {
          await close(sockets);
          return 'opened';
        },
        (error: unknown) => String((error as NodeJS.ErrnoException).code),
      ),
    );
    outcomes.push(await deadline(30_000, opening, `with ${free} file descriptors`));
    await untilFds(before, `with ${free} file descriptors`);
  }
  assert.is(outcomes[0], 'EMFILE');
  assert.is(outcomes[5], 'opened');
  assert.equal([...new Set(outcomes)].sort(), ['EMFILE', 'opened']);
});

test.run();
