import type { Writable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeHead, MAX_BODY_BYTES, MAX_HEADER_BYTES } from '../../../bridge/node/framing.ts';
import { withHost } from '../../support/host.ts';

const IDLE = 'class PythonPredictor:\n    def __init__(self, config): pass\n    def predict(self): return {}\n';

function lengths(header: number, body: number): Buffer {
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32BE(header, 0);
  prefix.writeUInt32BE(body, 4);
  return prefix;
}

/** Bytes that are no frame or no message, and what the process says on stderr. */
const BROKEN: readonly (readonly [title: string, bytes: Buffer, said: RegExp])[] = [
  [
    'a header that is too long',
    lengths(MAX_HEADER_BYTES + 1, 0),
    /a header of 1048577 bytes; 2 to 1048576 are allowed/,
  ],
  ['a header that is too short', lengths(1, 0), /a header of 1 bytes/],
  ['a body that is too long', lengths(2, MAX_BODY_BYTES + 1), /a body of 1073741825 bytes; at most 1073741824/],
  ['a header that is not JSON', encodeHead('{nope', 0), /the header is not JSON/],
  ['a header that is not UTF-8', Buffer.concat([lengths(2, 0), Buffer.from([0xff, 0xfe])]), /the header is not JSON/],
  ['a header that is nested too deeply', encodeHead('['.repeat(200_000), 0), /the header is not JSON/],
  ['a header that is another value', encodeHead('[]', 0), /no JSON-RPC 2.0 message/],
  ['a header without a version', encodeHead('{"id":1,"method":"predict"}', 0), /no JSON-RPC 2.0 message/],
  ['a header without a method', encodeHead('{"jsonrpc":"2.0","id":1}', 0), /neither request, notification/],
  [
    'an id that is no number',
    encodeHead('{"jsonrpc":"2.0","id":"1","method":"x"}', 0),
    /neither request, notification/,
  ],
];

for (const [title, bytes, said] of BROKEN) {
  test(`${title} ends the process with a reason`, () =>
    withHost({ files: IDLE }, async (host) => {
      await host.initialize();
      (host.child.stdio[3] as Writable).write(bytes);
      assert.is(await host.end(), 1);
      assert.match(host.stderr, said);
    }));
}

test('half a frame and then the end of the stream ends the process with a reason', () =>
  withHost({ files: IDLE }, async (host) => {
    await host.initialize();
    (host.child.stdio[3] as Writable).end(lengths(100, 100));
    assert.is(await host.end(), 1);
    assert.match(host.stderr, /ended in the middle of a frame/);
  }));

test('a frame that comes byte by byte is read', () =>
  withHost({ files: IDLE }, async (host) => {
    await host.initialize();
    const frame = encodeHead('{"jsonrpc":"2.0","method":"log","params":null}', 3);
    const down = host.child.stdio[3] as Writable;
    for (const byte of Buffer.concat([frame, Buffer.from('abc')])) {
      await new Promise((resolve) => down.write(Buffer.from([byte]), resolve));
    }
    assert.equal(await host.predict('1'), {});
  }));

test('a program that is started by hand says what it is', () =>
  withHost({ files: IDLE }, async (host) => {
    const { execa } = await import('execa');
    const main = new URL('../../../bridge/python/predictor_host/__main__.py', import.meta.url).pathname;
    const ran = await execa(host.child.spawnfile, [main], { reject: false, stdin: 'ignore' });
    assert.is(ran.exitCode, 1);
    assert.match(ran.stderr, /^this program is started by a supervisor/);
  }));

test.run();
