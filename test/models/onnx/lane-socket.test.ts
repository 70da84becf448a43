import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LaneCaller, type RunByNumber } from '../../../runtime/models/onnx/lane-caller.ts';
import { takeOver } from '../../../runtime/models/onnx/lane-socket.ts';
import { RunQueue } from '../../../runtime/models/onnx/run-queue.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { floats } from './fixture.ts';
import { Caller, GOOD } from './laned.ts';

/** Answers with the inputs, in memory of their own. */
const echo: RunByNumber = ({ inputs }, body) => ({ value: { outputs: inputs }, body: Buffer.from(body) });
/** More than one read brings. */
const LARGE = floats('x', [1_000_000], new Array<number>(1_000_000).fill(1.5));

/** A socket as it would be in a version of Node that has another thing, or nothing, by that name. */
function withHandle(socket: Socket, handle: unknown): Socket {
  return new Proxy(socket, {
    get: (target, key) => {
      if (key === '_handle') return handle;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

const kinds: readonly (readonly [title: string, seen: (socket: Socket) => Socket, isTaken: boolean])[] = [
  ['as it is in this version', (socket) => socket, true],
  ['that a version of Node does not show', (socket) => withHandle(socket, undefined), false],
  ['that cannot be taken over in a version of Node', (socket) => withHandle(socket, {}), false],
];
for (const [title, seen, isTaken] of kinds) {
  test(`calls are answered on a socket whose handle is one ${title}`, async () => {
    const path = join(makeTempDir(), 'lane');
    const taken: boolean[] = [];
    const server = createServer({ pauseOnConnect: true }, (accepted) => {
      const own = takeOver(seen(accepted));
      taken.push(own !== accepted);
      new LaneCaller(own, new RunQueue(), echo);
    });
    await once(server.listen(path), 'listening');
    const caller = new Caller(path);
    try {
      await once(caller.socket, 'connect');
      for (const given of [GOOD, LARGE, GOOD]) {
        const { value, body } = await caller.predict([given]);
        assert.equal(value, { outputs: [given.tensor] });
        assert.is(Buffer.compare(body, given.bytes), 0);
      }
      assert.equal(taken, [isTaken]);
    } finally {
      caller.connection.close(null);
      server.close();
    }
  });
}

test.run();
