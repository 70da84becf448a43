import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hostDir } from '../../../runtime/predictor/host-program.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

/** Takes a large answer, and prints whether the reader refers to its body before and after the next wait, which is left to the poll. */
const TAKES = `
import socket, sys
sys.path.insert(0, sys.argv[1])
from predictor_host.frame_reader import FrameReader
from predictor_host.framing import CHUNK_BYTES, Frame

ours, theirs = socket.socketpair()
for part in Frame(b'{"jsonrpc":"2.0","id":1,"result":0}', b'x' * (CHUNK_BYTES + 1)).parts:
    theirs.sendall(part)
reader = FrameReader(ours, [1])
_, body, reader.arrived = reader.peek()
own = bytearray()
before = sys.getrefcount(body) > sys.getrefcount(own)
reader._about_to_come._to_come = 1
assert not reader.is_about_to_come()
print(before, sys.getrefcount(body) > sys.getrefcount(own))
`;

for (const python of oldestAndNewest) {
  test(`a large body that was taken is let go before the wait for the next frame (Python ${python.version})`, async () => {
    const { stdout } = await execa(python.executable, ['-c', TAKES, hostDir]);
    assert.is(stdout, 'True False');
  });
}

test.run();
