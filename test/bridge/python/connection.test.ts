import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Packet } from '../../../bridge/node/connection.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { deadline } from '../../support/deadline.ts';
import { type HostOptions, withHost } from '../../support/host.ts';
import { pythons } from '../../support/pythons.ts';

const program = fileURLToPath(new URL('../../fixtures/host/asks.py', import.meta.url));
const EACH = 40;
/** Twice the sum of 0 to 39. */
const SUM = EACH * (EACH - 1);

/** Answers out of order, so that answers and those who wait for them do not match by luck. */
async function requested(method: string, packet: Packet): Promise<Packet> {
  if (method !== 'double') throw new BridgeError({ code: -32601, message: 'refused', data: { why: 'test' } });
  const { number } = packet.value as { number: number };
  if (number % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
  return { value: { doubled: number * 2 }, body: Buffer.alloc(packet.body.length, 'y') };
}

const options = (python: HostOptions['python']): HostOptions => ({
  ...(python === undefined ? {} : { python }),
  files: {},
  program,
  requested,
});
const soon = <T>(promise: Promise<T>) => deadline(30_000, promise, 'an answer');

for (const python of pythons) {
  test(`requests go both ways at once, from one thread and from many (Python ${python.version})`, () =>
    withHost(options(python), async (host) => {
      const { connection } = host;
      for (const threads of [1, 5]) {
        const asked = [1, 2, 3].map(() => connection.request('ask', { threads, each: EACH }));
        const echoed = Array.from({ length: 50 }, (_, n) =>
          connection.request('echo', { n }, Buffer.alloc(n * 1000, 'z')),
        );
        for (const answer of await soon(Promise.all(asked))) assert.equal(answer.value, { sum: SUM * threads });
        for (const [n, answer] of (await soon(Promise.all(echoed))).entries()) {
          assert.equal(answer.value, { n });
          assert.ok(answer.body.equals(Buffer.alloc(n * 1000, 'z')));
        }
      }
      assert.is(await host.shutdown(), 0);
    }));

  test(`the main thread serves while other threads ask and read (Python ${python.version})`, () =>
    withHost(options(python), async (host) => {
      const { connection } = host;
      await soon(connection.request('background', { threads: 4, each: EACH }));
      for (let n = 0; n < 200; n++) {
        assert.equal((await soon(connection.request('echo', { n }))).value, { n });
      }
      const note = await host.waitForTold(({ method }) => method === 'metric');
      assert.equal(note.value, { sum: SUM * 4 });
      assert.is(await host.shutdown(), 0);
    }));
}

test('an error that the supervisor answers with is raised with its code and data', () =>
  withHost(options(undefined), async (host) => {
    const error = await bridgeErrorOf(host.connection.request('other', null));
    assert.equal([error.code, error.message, error.data], [-32601, 'refused', { why: 'test' }]);
  }));

test.run();
