import { PassThrough } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { Connection, type ConnectionHandlers, type Packet } from '../../../bridge/node/connection.ts';
import { MAX_HEADER_BYTES } from '../../../bridge/node/framing.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';

interface Ends {
  readonly near: Connection;
  readonly far: Connection;
  readonly toFar: PassThrough;
  readonly toNear: PassThrough;
}

const EMPTY = Buffer.alloc(0);

const quiet: ConnectionHandlers = {
  notified: () => undefined,
  requested: () => Promise.reject(new BridgeError({ code: codes.METHOD_NOT_FOUND, message: 'none', data: null })),
  closed: () => undefined,
};

/** Both ends of one connection, over two streams in this process. */
function connect(near: Partial<ConnectionHandlers>, far: Partial<ConnectionHandlers>): Ends {
  const toFar = new PassThrough();
  const toNear = new PassThrough();
  return {
    near: new Connection({ down: toFar, up: toNear }, { ...quiet, ...near }),
    far: new Connection({ down: toNear, up: toFar }, { ...quiet, ...far }),
    toFar,
    toNear,
  };
}

async function codeOf(promise: Promise<unknown>): Promise<number> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BridgeError) return error.code;
    throw error;
  }
  throw new Error('a rejection was expected');
}

test('a request is answered with value and body', async () => {
  const { near } = connect(
    {},
    { requested: (method, { value, body }) => Promise.resolve({ value: { method, value }, body }) },
  );
  const answer = await near.request('echo', [1], Buffer.from('body'));
  assert.equal(answer.value, { method: 'echo', value: [1] });
  assert.is(answer.body.toString(), 'body');
});

test('the body of a request stays the one of who asks; that of an answer is let go when it is written', async () => {
  const [asked, answered] = [Buffer.alloc(100_000, 1), Buffer.alloc(100_000, 2)];
  const { near } = connect({}, { requested: () => Promise.resolve({ value: null, body: answered }) });
  const { body } = await near.request('echo', null, asked);
  assert.equal(body, Buffer.alloc(100_000, 2));
  await new Promise(setImmediate);
  assert.is(asked.length, 100_000);
  assert.is(answered.length, 0);
});

test('requests go in both directions at once, and answers find their callers in any order', async () => {
  const waiting: (() => void)[] = [];
  const answer =
    (side: string): ConnectionHandlers['requested'] =>
    (_method, { value }) =>
      new Promise((resolve) => {
        waiting.push(() => {
          resolve({ value: `${side} ${String(value)}`, body: Buffer.alloc(0) });
        });
        if (waiting.length === 6) for (const go of waiting.reverse()) go();
      });
  const { near, far } = connect({ requested: answer('near') }, { requested: answer('far') });
  const asked = [0, 1, 2].flatMap((n) => [near.request('ask', n), far.request('ask', n)]);
  const values = (await Promise.all(asked)).map(({ value }) => value);
  assert.equal(values, ['far 0', 'near 0', 'far 1', 'near 1', 'far 2', 'near 2']);
});

test('a rejection crosses with its code and data', async () => {
  const error = new BridgeError({ code: -32001, message: 'no', data: { a: 1 } });
  const { near } = connect({}, { requested: () => Promise.reject(error) });
  try {
    await near.request('x', null);
    assert.unreachable();
  } catch (caught) {
    assert.equal((caught as BridgeError).data, { a: 1 });
    assert.is((caught as BridgeError).code, -32001);
  }
});

const circle: Record<string, unknown> = {};
circle['self'] = circle;
const long = '"'.repeat(MAX_HEADER_BYTES);
const refusal = new BridgeError({ code: codes.MODEL_UNUSABLE, message: long, data: long });
const unsendable: [string, () => Promise<Packet>, number, RegExp][] = [
  ['an error', () => Promise.reject(refusal), codes.MODEL_UNUSABLE, /^"{500}\.\.\.$/],
  ['an error of no code', () => Promise.reject(new Error(long)), codes.INTERNAL_ERROR, /^"{500}\.\.\.$/],
  [
    'a result',
    () => Promise.resolve({ value: long, body: EMPTY }),
    codes.INTERNAL_ERROR,
    /cannot be sent: a header of/,
  ],
  ['a result that is no JSON', () => Promise.resolve({ value: circle, body: EMPTY }), codes.INTERNAL_ERROR, /circular/],
];
for (const [title, requested, code, message] of unsendable) {
  test(`${title} that does not fit into a frame is answered by a short error, and the connection goes on`, async () => {
    const { near } = connect(
      {},
      { requested: (method) => (method === 'large' ? requested() : Promise.resolve({ value: method, body: EMPTY })) },
    );
    const error = await near.request('large', null).catch((thrown: unknown) => thrown as BridgeError);
    assert.instance(error, BridgeError);
    assert.is((error as BridgeError).code, code);
    assert.match((error as BridgeError).message, message);
    assert.is((await near.request('small', null)).value, 'small');
  });
}

test('a cancelled request is answered as cancelled, and its handler is told', async () => {
  const { near } = connect(
    {},
    {
      requested: (_method, _packet, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('gave up'));
          });
        }),
    },
  );
  const answer = near.request('slow', null, Buffer.alloc(0), (id) => {
    setImmediate(() => {
      near.cancel(id);
    });
  });
  assert.is(await codeOf(answer), codes.CANCELLED);
});

test('an end between two frames closes without a reason; pending requests end with one coded error', async () => {
  let reason: string | null | undefined;
  const { near, toNear } = connect(
    { closed: (why) => (reason = why) },
    { requested: () => new Promise(() => undefined) },
  );
  const pending = near.request('x', null);
  toNear.end();
  assert.is(await codeOf(pending), codes.CONNECTION_CLOSED);
  assert.is(reason, null);
  assert.is(await codeOf(near.request('y', null)), codes.CONNECTION_CLOSED);
});

const broken: [string, Buffer, RegExp][] = [
  ['half a frame and the end', Buffer.from([0, 0, 0]), /middle of a frame/],
  ['a length above the limit', Buffer.alloc(8, 0xff), /a header of/],
  ['a header that is no JSON', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0, 0x7b, 0x7b]), /not JSON/],
];
for (const [title, bytes, expected] of broken) {
  test(`${title} closes the connection and says why`, async () => {
    let reason: string | null = null;
    const { near, toNear } = connect(
      { closed: (why) => (reason = why) },
      { requested: () => new Promise(() => undefined) },
    );
    const pending = near.request('x', null);
    toNear.write(bytes);
    toNear.end();
    assert.is(await codeOf(pending), codes.CONNECTION_CLOSED);
    assert.match(String(reason), expected);
  });
}

test('an answer that nobody waits for closes the connection', async () => {
  const closed = new Promise<string | null>((resolve) => {
    const { toNear } = connect({ closed: resolve }, {});
    const header = '{"jsonrpc":"2.0","id":99,"result":null}';
    const prefix = Buffer.alloc(8);
    prefix.writeUInt32BE(header.length, 0);
    toNear.write(Buffer.concat([prefix, Buffer.from(header)]));
  });
  assert.match((await closed) ?? '', /not pending/);
});

test.run();
