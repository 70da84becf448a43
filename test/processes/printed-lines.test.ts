import { Readable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLines } from '../../runtime/processes/printed-lines.ts';

async function linesOf(chunks: readonly (string | Buffer)[], limitBytes = 10): Promise<string[]> {
  const lines: string[] = [];
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  await readLines(stream, limitBytes, (line) => lines.push(line));
  return lines;
}

const CASES: readonly (readonly [title: string, chunks: readonly (string | Buffer)[], lines: readonly string[]])[] = [
  ['lines in one chunk', ['a\nb\n'], ['a', 'b']],
  ['a line over chunks', ['a', 'b', 'c\nd'], ['abc', 'd']],
  ['empty lines and blanks at an end', ['\n\na \t\n  \n'], ['a']],
  ['a progress bar', ['1 %\r2 %\r', '\r\n3 %\r\n'], ['1 %', '2 %', '3 %']],
  ['no line feed at the end', ['a\nb'], ['a', 'b']],
  ['nothing', [], []],
  ['a character over chunks', [Buffer.from([0xc3]), Buffer.from([0xa9, 0x0a])], ['é']],
  ['a line at the limit', ['0123456789\nb\n'], ['0123456789', 'b']],
  ['a line above the limit', ['0123456789a\nb\n'], ['0123456789...', 'b']],
  ['a line above the limit over chunks', ['0123', '456789', 'a', 'b\nc'], ['0123456789...', 'c']],
  ['a limit within a character', ['012345678é\nb'], ['012345678...', 'b']],
];

for (const [title, chunks, lines] of CASES) {
  test(title, async () => {
    assert.equal(await linesOf(chunks), lines);
  });
}

test('a line without an end takes no more memory than the limit', async () => {
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  const many = Array.from({ length: 300 }, () => chunk);
  const lines: string[] = [];
  await readLines(Readable.from(many), 100, (line) => lines.push(line));
  assert.equal(lines, [`${'x'.repeat(100)}...`]);
});

test('what was printed before a stream is destroyed is read', async () => {
  const stream = new Readable({ read: () => undefined });
  const lines: string[] = [];
  const read = readLines(stream, 100, (line) => lines.push(line));
  stream.push('a\nb');
  await new Promise((resolve) => stream.once('data', resolve));
  stream.destroy();
  await read;
  assert.equal(lines, ['a', 'b']);
});

test.run();
