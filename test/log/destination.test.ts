import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TSX } from '../support/served.ts';

const SPEAKER = fileURLToPath(new URL('./speaker.ts', import.meta.url));

test("a pipe that is another user's, as behind su, is written all the same", async () => {
  // Node's own pipes are sockets, so a shell makes this one.
  const { stdout, stderr } = await execa(
    'sh',
    ['-c', '"$0" --import "$1" "$2" | cat', process.execPath, TSX, SPEAKER],
    {
      timeout: 30_000,
    },
  );
  assert.equal([stdout, stderr], ['first\nlast', '']);
});

test.run();
