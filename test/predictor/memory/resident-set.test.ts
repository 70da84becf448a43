import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { exactBytes, roughBytes } from '../../../runtime/predictor/memory/resident-set.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const KIB = 1024;
const STATUS =
  'Name:\tpython\nRssAnon:\t    2000 kB\nRssFile:\t    5000 kB\nRssShmem:\t     300 kB\nVmSwap:\t      40 kB\n';
const ROLLUP = '55d0-7ffc ---p 00000000 00:00 0 [rollup]\nRss:  9000 kB\nPss:  8000 kB\n';
const PARTS = 'Pss_Anon:  1000 kB\nPss_File:  6900 kB\nPss_Shmem:  100 kB\n';
const SWAP = 'Swap:  40 kB\nSwapPss:  20 kB\nLocked:  0 kB\n';

/** A folder as `/proc` is where the process 7 has these files: kernels differ in what they tell. */
function proc(files: Readonly<Record<string, string>>): string {
  const folder = makeTempDir();
  mkdirSync(join(folder, '7'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, '7', name), text);
  return folder;
}

test('what counts is memory of programs, shared memory, and both in swap', async () => {
  const folder = proc({ status: STATUS, smaps_rollup: ROLLUP + PARTS + SWAP });
  assert.is(await roughBytes([7], folder), 2340 * KIB);
  assert.is(await exactBytes([7], folder), 1120 * KIB);
});

for (const [kernel, files] of [
  ['tells of swap alone what is shared', { status: STATUS, smaps_rollup: ROLLUP + SWAP }],
  ['does not sum it up at all', { status: STATUS }],
] as const) {
  test(`where the kernel ${kernel}, memory that is shared counts for each`, async () => {
    assert.is(await exactBytes([7], proc(files)), 2340 * KIB);
  });
}

test('one that has ended uses nothing', async () => {
  assert.is(await exactBytes([8], proc({})), 0);
});

test.run();
