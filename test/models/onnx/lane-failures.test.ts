import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openLane } from '../../../runtime/models/onnx/lane.ts';
import { RunQueue } from '../../../runtime/models/onnx/run-queue.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

/** Of Node's: tells of each socket that a server has accepted. */
const ACCEPTED = 'net.server.socket';

test('a lane that cannot let somebody in goes on, however often that happens', async () => {
  const path = join(makeTempDir(), 'lane');
  assert.ok(
    await openLane(path, new RunQueue(), () => {
      throw new Error('nothing is asked for');
    }),
  );
  let server: Server | undefined;
  const note = (message: unknown): void => {
    server = (message as { socket: Socket & { server: Server } }).socket.server;
  };
  subscribe(ACCEPTED, note);
  const [one, other] = [connect(path), connect(path)];
  try {
    await Promise.all([once(one, 'connect'), once(other, 'connect')]);
    one.write(Buffer.alloc(8));
    await once(one, 'close');
    // As Node does where `accept` fails; whatever is not listened for is thrown here.
    for (let times = 0; times < 3; times++) server?.emit('error', new Error('accept EMFILE'));
    assert.ok(server?.listening);
  } finally {
    unsubscribe(ACCEPTED, note);
    for (const socket of [one, other]) socket.destroy();
    server?.close();
  }
});

test.run();
