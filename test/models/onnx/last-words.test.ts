import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LastWords } from '../../../runtime/models/onnx/last-words.ts';

const heard: readonly (readonly [printed: string, told: string])[] = [
  ['', ''],
  ['terminate called without an active exception\n', ' (terminate called without an active exception)'],
  [
    "terminate called after throwing an instance of 'std::length_error'\n  what():  vector::reserve\n",
    ' (what():  vector::reserve)',
  ],
  [
    '<--- Last few GCs --->\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n 1: 0xb8d0a3 node::OOMErrorHandler\n',
    ' (FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory)',
  ],
  [
    'file:///x.js:1\n  throw new RangeError("no");\n\nRangeError: Array buffer allocation failed\n    at x.js:1:1\n\nNode.js v20.20.2\n',
    ' (RangeError: Array buffer allocation failed)',
  ],
  [
    '\n  #  node[7]: void f() at a.cc:68\n  #  Assertion failed: (0) == (f())\n\n----- Native stack trace -----\n\n 1: 0xcb5167 f() [node]\n',
    ' (Assertion failed: (0) == (f()))',
  ],
  [
    'thing\n----- Native stack trace -----\n\n 8: 0xbb835e _start [/usr/bin/node]\n\n----- JavaScript stack trace -----\n\n1: run (node:internal/a:325:25)\n',
    ' (thing)',
  ],
  ['(node:12) Warning: something\n(Use `node --trace-warnings ...` to show where)\n', ''],
  ['x'.repeat(2000), ` (${'x'.repeat(500)}...)`],
];
for (const [printed, told] of heard) {
  test(`of ${JSON.stringify(printed.slice(0, 60))} is told${told.slice(0, 60) || ' nothing'}`, async () => {
    const stream = Readable.from([Buffer.from(printed)]);
    const words = new LastWords(stream);
    await finished(stream);
    await new Promise(setImmediate);
    assert.is(words.inBrackets(), told);
  });
}

test('where there is no stream nothing is told', () => {
  assert.is(new LastWords(null).inBrackets(), '');
});

test.run();
