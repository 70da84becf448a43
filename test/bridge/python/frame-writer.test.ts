import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hostDir } from '../../../runtime/predictor/host-program.ts';
import { pythons } from '../../support/pythons.ts';

const NO_ROOM = fileURLToPath(new URL('../../fixtures/host/no_room.py', import.meta.url));

/**
 * Sends small and large frames, each time with a collection of garbage a little later, whose finalizer sends another one; no tuple is left that could be used
 * again. Prints how many finalizers ran before their frame was out, and how many bytes too many each time.
 */
const SENDS = `
import _socket, gc, json, socket, sys
sys.path.insert(0, sys.argv[1])
from _thread import get_ident
from predictor_host.frame_writer import FrameWriter
from predictor_host.framing import CHUNK_BYTES, Frame
from predictor_host.sender import Sender

ours, theirs = socket.socketpair()
sender = Sender(FrameWriter(_socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, fileno=ours.detach())), get_ident())
runs = []

class Garbage:
    def __init__(self):
        self.cycle = self
    def __del__(self):
        runs.append(True)
        sender.send(Frame(b'[2]'))

SMALL = len(Frame(b'[2]').parts[0])
met, wrong = 0, []
for body in b'x', b'x' * (CHUNK_BYTES + 1):
    for later in range(1, 100):
        frame = Frame(b'[1]', body)
        kept = [(number, number) for number in range(3000)], [(number, number, number) for number in range(3000)]
        gc.collect()
        before = len(runs)
        Garbage()
        gc.set_threshold(gc.get_count()[0] + later)
        sender.send(frame)
        gc.set_threshold(0)
        met += len(runs) > before
        gc.collect()
        written = len(theirs.recv(4 * CHUNK_BYTES, socket.MSG_DONTWAIT))
        if written != frame.size + SMALL:
            wrong.append(written - frame.size - SMALL)
print(json.dumps([met, wrong]))
`;

for (const python of pythons) {
  test(`wherever a finalizer sends a frame in the middle of another one, each goes out once (Python ${python.version})`, async () => {
    const { stdout } = await execa(python.executable, ['-c', SENDS, hostDir]);
    const [met, wrong] = JSON.parse(stdout) as [number, number[]];
    assert.ok(met > 10);
    assert.equal(wrong, []);
  });
}

for (const python of pythons) {
  test(`where no step of writing is possible it is raised, and the next call goes on with what is half written (Python ${python.version})`, async () => {
    const { stdout } = await execa(python.executable, [NO_ROOM, hostDir], { timeout: 30_000 });
    const kinds = ['RecursionError', 'MemoryError', 'Stop'];
    assert.equal(
      JSON.parse(stdout),
      kinds.flatMap((kind) => [false, true].map(() => [kind, true, true, true])),
    );
  });
}

test.run();
