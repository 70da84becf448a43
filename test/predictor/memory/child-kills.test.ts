import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ChildKills } from '../../../runtime/predictor/memory/child-kills.ts';
import { deadline } from '../../support/deadline.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const FOUND_MS = 30_000;

/** The folder of a group that tells so many kills; null: that tells nothing. */
function folder(kills: number | null): string {
  const dir = makeTempDir();
  if (kills !== null) writeFileSync(join(dir, 'memory.events'), `oom_kill ${kills}\n`);
  return dir;
}

/** Whether what begins before the first look may have been the end of its process, where the looks are at these folders, at the last of them for ever. */
async function isBlamed(...folders: readonly string[]): Promise<boolean> {
  const dirs = [...folders];
  const group = {
    version: 2 as const,
    get dir() {
      return (dirs.length > 1 ? dirs.shift() : dirs[0]) ?? '';
    },
  };
  let tell: (since: number) => void = () => undefined;
  const found = new Promise<number>((resolve) => (tell = resolve));
  const kills = new ChildKills(group, tell);
  try {
    const begunAt = performance.now();
    kills.begins();
    return begunAt <= (await deadline(FOUND_MS, found, 'the kill'));
  } finally {
    kills.end();
  }
}

test('what began before a look that saw no kill may be to blame for one that is seen later', async () => {
  assert.ok(await isBlamed(folder(0), folder(1)));
});

test('a look that takes long is over before the next one, whose kill came later', async () => {
  const slow = makeTempDir();
  execFileSync('mkfifo', [join(slow, 'memory.events')]);
  const blamed = isBlamed(slow, folder(1));
  // Further looks are due meanwhile; where they come later, what is found is the same.
  await pause(600);
  await writeFile(join(slow, 'memory.events'), 'oom_kill 0\n');
  assert.ok(await blamed);
});

test('what began after the last look that saw no kill is not, and one that could not tell is no such look', async () => {
  assert.not(await isBlamed(folder(1)));
  assert.not(await isBlamed(folder(null), folder(1)));
});

test.run();
