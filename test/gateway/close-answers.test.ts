import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../support/deadline.ts';
import type { HttpLimits } from '../../runtime/gateway/limits.ts';
import { submitBytes } from '../workloads/samples.ts';
import { completeNext, withGateway, type Running } from './support/gateway.ts';

const GET = 'GET /iris/one HTTP/1.1\r\nHost: localhost\r\n\r\n';
/** As large as a result may be that is sent in one piece. */
const SMALL_BYTES = 1024 * 1024 - 2;
/** More than a kernel takes of what nobody reads. */
const LARGE_BYTES = 64 * 1024 * 1024;

async function withResult(
  bytes: number,
  limits: Pick<Partial<HttpLimits>, 'closeMs' | 'closeAnswersMs'>,
  act: (running: Running) => Promise<void>,
): Promise<void> {
  await withGateway({ limits }, async (running) => {
    await submitBytes(running.store, 'iris', 'one', Buffer.from('{}'));
    await completeNext(running.store, 'iris', `"${'x'.repeat(bytes)}"`);
    await act(running);
  });
}

/** Asks so many times at once, and reads no more than the begin of the first answer. */
async function beginToRead(port: number, times: number): Promise<{ readonly socket: Socket; readonly begun: Buffer }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(GET.repeat(times));
  const [begun] = (await once(socket, 'data')) as [Buffer];
  socket.pause();
  return { socket, begun };
}

async function rest(socket: Socket, afterEach: () => Promise<void> = () => Promise.resolve()): Promise<number> {
  let bytes = 0;
  for await (const piece of socket as AsyncIterable<Buffer>) {
    bytes += piece.byteLength;
    await afterEach();
  }
  return bytes;
}

test('answers that were given before a close are read to their end, however slowly; idle connections end at once', async () => {
  await withResult(SMALL_BYTES, { closeMs: 60_000 }, async (running) => {
    const { port, url } = running;
    const idle = connect(port, '127.0.0.1');
    idle.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(idle, 'data');
    const { socket, begun } = await beginToRead(port, 16);
    const length = (await (await fetch(`${url}/iris/one`)).arrayBuffer()).byteLength;
    const closing = running.close();
    await deadline(30_000, once(idle, 'end'), 'the end of what is idle');
    assert.ok(begun.byteLength + (await deadline(50_000, rest(socket), 'all answers')) > 16 * length);
    await deadline(30_000, closing, 'closing');
  });
});

test('an answer goes on past the time of a close for as long as its client takes some of it', async () => {
  await withResult(LARGE_BYTES, { closeMs: 3000 }, async (running) => {
    const { port } = running;
    const { socket, begun } = await beginToRead(port, 1);
    const beganAt = performance.now();
    const closing = running.close();
    const read = await deadline(
      120_000,
      rest(socket, () => pause(6)),
      'all of it',
    );
    assert.ok(performance.now() - beganAt > 3000, 'it took longer than requests may');
    assert.ok(begun.byteLength + read > LARGE_BYTES);
    await deadline(30_000, closing, 'closing');
  });
});

test('a client that takes little of an answer at a time does not hold up the close without an end', async () => {
  await withResult(LARGE_BYTES, { closeMs: 60_000, closeAnswersMs: 300 }, async (running) => {
    const { socket } = await beginToRead(running.port, 1);
    const drips = setInterval(() => void socket.read(1), 20);
    await deadline(30_000, running.close(), 'closing');
    clearInterval(drips);
    socket.destroy();
  });
});

for (const [what, closeMs] of [
  ['of which nothing is taken any more', 200],
  ['that must end at once', 60_000],
] as const) {
  test(`an answer ${what} does not hold up the close`, async () => {
    await withResult(LARGE_BYTES, { closeMs }, async (running) => {
      const { port } = running;
      const { socket } = await beginToRead(port, 1);
      const atOnce = new AbortController();
      const closing = running.close(atOnce.signal);
      if (closeMs > 1000) atOnce.abort();
      await deadline(30_000, closing, 'closing');
      socket.destroy();
    });
  });
}

test.run();
