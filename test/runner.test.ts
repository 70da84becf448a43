import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runSuite } from './support/runner/run-suite.ts';

const ROOT = fileURLToPath(new URL('./fixtures/runner', import.meta.url));
/** Long enough for a file to be loaded by then, however busy the machine is. */
const HANGING_MS = 10_000;
const SETTINGS = {
  'hangs.test.ts': { timeoutMs: HANGING_MS },
  'blocks.test.ts': { timeoutMs: HANGING_MS, exclusive: true },
};

/** Runs fixture files; resolves to the exit code, all that was printed, and its last line. */
async function run(patterns: readonly string[], strict = false): Promise<{ code: number; text: string; last: string }> {
  const texts: string[] = [];
  const code = await runSuite({ root: ROOT, patterns, settings: SETTINGS, strict, write: (text) => texts.push(text) });
  const text = texts.join('');
  assert.ok(text.endsWith('\n'));
  return { code, text, last: text.trimEnd().split('\n').at(-1) ?? '' };
}

const failures: readonly [file: string, last: string, said: RegExp][] = [
  ['fails', '1 passed, 1 failed', /two numbers are equal/],
  ['throws-a-string', '1 passed, 1 failed', /test 2 threw something that is not an Error/],
  ['hook-throws', '0 passed, 1 failed', /the hook is broken[^]*Only 0 of 1 tests ran: a hook threw/],
  ['forgets-to-run', '0 passed, 1 failed', /is `test.run\(\)` missing/],
  ['exits-early', '0 passed, 1 failed', /ended before its tests did: exit code/],
  ['rejects-unheard', '0 passed, 1 failed', /nobody waits for this one/],
  ['does-not-load', '0 passed, 1 failed', /there-is-no-such-file/],
  ['keeps-a-handle', '1 passed, 1 failed', /left handles open: .*TCP/],
  ['hangs', '0 passed, 1 failed', /did not end within 10000 ms[^]*left handles open: .*TCP/],
  ['blocks', '0 passed, 1 failed', /did not end within 10000 ms[^]*event loop is blocked/],
  ['leaves-a-process', '1 passed, 1 failed', /left process \d+ behind \(killed\): sleep 101/],
  ['leaves-a-session', '1 passed, 1 failed', /left process \d+ behind \(killed\): sleep 102/],
];

for (const [file, last, said] of failures) {
  test(`a file that ${file.replaceAll('-', ' ')} fails, and is told why`, async () => {
    const end = await run([`${file}.test.ts`]);
    assert.is(end.code, 1);
    assert.is(end.last, last);
    assert.match(end.text, said);
    assert.match(end.text, new RegExp(`^FAIL  ${file}\\.test\\.ts`, 'm'));
  });
}

test('a file that passes takes one line, and the last line is the summary', async () => {
  const end = await run(['passes.test.ts']);
  assert.is(end.code, 0);
  assert.match(end.text, /^ok {4}passes\.test\.ts {2}2 passed {2}[\d.]+ s\n2 passed, 0 failed\n$/);
});

test('a pattern that matches nothing fails, even beside one that matches', async () => {
  const end = await run(['passes', 'no-such-file']);
  assert.is(end.code, 1);
  assert.is(end.last, '2 passed, 1 failed');
  assert.match(end.text, /No test file matches "no-such-file"/);
});

test('a pattern may be a glob, and may begin with the test folder', async () => {
  assert.is((await run(['test/pass*.test.ts'])).last, '2 passed, 0 failed');
});

test('files of a pattern behind an exclamation mark are left out, of all where no other pattern is there', async () => {
  assert.is((await run(['passes', 'fails', '!fail'])).last, '2 passed, 0 failed');
  const names = 'blocks cannot does exits fails forgets hangs hook keeps leaves rejects skips throws'.split(' ');
  assert.is((await run(names.map((name) => `!${name}`))).last, '2 passed, 0 failed');
  assert.match((await run(['passes', '!no-such-file'])).text, /No test file matches "!no-such-file"/);
});

test('a test that cannot run here counts as skipped and is listed', async () => {
  const end = await run(['cannot-run-here']);
  assert.is(end.code, 0);
  assert.is(end.last, '1 passed, 0 failed, 2 skipped');
  assert.match(end.text, /^not run: GPU: there is none$/m);
});

test('in CI a test that is not run for another reason than the allowed ones fails the run', async () => {
  const end = await run(['cannot-run-here'], true);
  assert.is(end.code, 1);
  assert.is(end.last, '1 passed, 1 failed, 1 skipped');
});

test('in CI a skipped test fails the run', async () => {
  assert.is((await run(['skips'])).last, '1 passed, 0 failed, 1 skipped');
  assert.is((await run(['skips'], true)).code, 1);
});

test.run();
