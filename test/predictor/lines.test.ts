import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LineCutter } from '../../runtime/predictor/lines.ts';

const token = 'abcdefghi';
const start = `\u001epons:${token}`;
const mark = `${start}\n`;

function cut(chunks: readonly (string | Buffer)[], limit = 100): string[] {
  const seen: string[] = [];
  const cutter = new LineCutter(limit, token, {
    line: (text) => seen.push(text),
    record: (json) => seen.push(`RECORD ${json}`),
    dropped: (bytes) => seen.push(`dropped ${bytes}`),
    marked: () => seen.push('MARK'),
  });
  for (const chunk of chunks) cutter.push(Buffer.from(chunk));
  cutter.end();
  return seen;
}

const cases: [string, (string | Buffer)[], string[]][] = [
  ['lines in one chunk', ['a\nb\n'], ['a', 'b']],
  ['a line over chunks', ['a', 'b', 'c\nd'], ['abc', 'd']],
  ['empty lines', ['\n\n'], ['', '']],
  ['no line feed at the end', ['a'], ['a']],
  ['bytes that are no UTF-8', [Buffer.from([0xff, 0x61, 0x0a])], ['\ufffda']],
  ['a character over chunks', [Buffer.from([0xc3]), Buffer.from([0xa9, 0x0a])], ['é']],
  ['a mark alone', [mark], ['MARK']],
  ['a mark behind a line', [`a\n${mark}b\n`], ['a', 'MARK', 'b']],
  ['a mark behind half a line', [`a${mark}b\n`], ['a', 'MARK', 'b']],
  ['a mark over chunks', [mark.slice(0, 5), mark.slice(5)], ['MARK']],
  ['the mark of somebody else', ['\u001epons:123456789\n'], ['\u001epons:123456789']],
  ['a record of a fork', [`a\n${start}{"a":1}\nb\n`], ['a', 'RECORD {"a":1}', 'b']],
  ['a record over chunks', [start, '{"a":', '1}', '\n'], ['RECORD {"a":1}']],
  ['a record behind half a line', [`50%${start}{"a":1}\n`], ['50%', 'RECORD {"a":1}']],
  ['a record with a mark behind it', [`${start}{"a":1}${mark}b\n`], ['RECORD {"a":1}', 'MARK', 'b']],
  ['a mark that begins a line of text', [`${start}[1]\n`], [`${start}[1]`]],
  ['the record of somebody else', ['\u001epons:123456789{"a":1}\n'], ['\u001epons:123456789{"a":1}']],
  ['a record at the limit', [`${start}{${'x'.repeat(98)}}\n`], [`RECORD {${'x'.repeat(98)}}`]],
  ['a record above the limit', [`${start}{${'x'.repeat(99)}}\n`, 'next\n'], ['dropped 116', 'next']],
  ['a line at the limit', ['x'.repeat(100), '\n'], ['x'.repeat(100)]],
  [
    'a line far above the limit',
    [...Array.from({ length: 50 }, () => 'x'.repeat(100)), '\nnext\n'],
    ['dropped 5000', 'next'],
  ],
  ['a mark behind a line above the limit', ['x'.repeat(500), mark, 'next\n'], ['dropped 515', 'MARK', 'next']],
];
for (const [title, chunks, expected] of cases) {
  test(title, () => {
    assert.equal(cut(chunks), expected);
  });
}

test('memory stays bounded while 100 MB without a line feed pass', () => {
  const seen: string[] = [];
  const cutter = new LineCutter(5 * 1024 * 1024, token, {
    line: () => seen.push('line'),
    record: () => seen.push('record'),
    dropped: (bytes) => seen.push(`dropped ${bytes}`),
    marked: () => undefined,
  });
  const chunk = Buffer.alloc(65_536, 120);
  const before = process.memoryUsage.rss();
  for (let sent = 0; sent < 100 * 1024 * 1024; sent += chunk.length) cutter.push(chunk);
  cutter.push(Buffer.from('\n'));
  assert.equal(seen, [`dropped ${100 * 1024 * 1024}`]);
  assert.ok(process.memoryUsage.rss() - before < 60 * 1024 * 1024);
});

test.run();
