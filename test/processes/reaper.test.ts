import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Reaper } from '../../runtime/processes/reaper.ts';
import { ownMountNamespace } from '../../runtime/processes/stragglers.ts';
import { deadline } from '../support/deadline.ts';
import { isAlive } from '../support/processes.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/** A process group that does not exist. */
const NO_GROUP = 99_999_999;
const MANY = 200;

function sleeper(env: NodeJS.ProcessEnv = {}, program = 'sleep', args = ['300']) {
  const child = spawn(program, args, { stdio: 'ignore', detached: true, env: { PATH: process.env['PATH'], ...env } });
  assert.ok(child.pid);
  return { child, pid: child.pid, ended: once(child, 'exit') };
}

/** A sleeper in a mount namespace with a mount from a folder of this name; `space` is null where it ended, since it may not. */
async function apart(name: string) {
  const folder = join(makeTempDir(), name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'hosts'), '');
  const script = 'mount --bind "$0/hosts" /etc/hosts && exec sleep 300';
  const one = sleeper({}, 'unshare', ['--mount', '/bin/sh', '-c', script, folder]);
  while (isAlive(one.pid) && !readFileSync(`/proc/${one.pid}/cmdline`, 'utf8').startsWith('sleep')) await pause(5);
  return { sleeper: one, space: isAlive(one.pid) ? await ownMountNamespace(one.pid) : null };
}

test('the end of a reaper ends what it watches by group, by project folder and by mount namespace, and no stranger whose namespace has the same number', async () => {
  const byGroup = sleeper();
  const byFolder = sleeper({ CORTEX_PROJECT_DIR: "/a folder/it's [mine]" });
  const almost = sleeper({ CORTEX_PROJECT_DIR: "/a folder/it's [mine]/too" });
  const forgotten = sleeper();
  const watched = [byGroup, byFolder];
  const spared = [almost, forgotten];
  const reaper = new Reaper();
  try {
    reaper.watch({ group: byGroup.pid, mountNamespace: null, projectDir: null });
    reaper.watch({ group: NO_GROUP, mountNamespace: '123', projectDir: "/a folder/it's [mine]" });
    reaper.watch({ group: forgotten.pid, mountNamespace: null, projectDir: null });
    reaper.forget({ group: forgotten.pid, mountNamespace: null, projectDir: null });
    const [ours, strangers] = await Promise.all([apart('some-run'), apart('another-run')]);
    // Not everybody may have a mount namespace.
    if (ours.space !== null && strangers.space !== null) {
      watched.push(ours.sleeper);
      spared.push(strangers.sleeper);
      for (const { space } of [ours, strangers]) {
        reaper.watch({ group: NO_GROUP, mountNamespace: space, projectDir: '/state/run/some-run/project' });
      }
    }
    await reaper.close();
    await deadline(30_000, Promise.all(watched.map(({ ended }) => ended)), 'their end');
    assert.ok(spared.every(({ pid }) => isAlive(pid)));
  } finally {
    for (const { child } of [...watched, ...spared]) child.kill('SIGKILL');
  }
});

test('where a project folder cannot be told, the number of the namespace is enough', async () => {
  const { sleeper: one, space } = await apart('any-run');
  if (space === null) return;
  const reaper = new Reaper();
  try {
    reaper.watch({ group: NO_GROUP, mountNamespace: space, projectDir: '/state/a\nb/project' });
    await reaper.close();
    await deadline(30_000, one.ended, 'its end');
  } finally {
    one.child.kill('SIGKILL');
  }
});

test('a reaper that watches many is as quick', async () => {
  const reaper = new Reaper();
  for (let count = 0; count < MANY; count += 1) {
    reaper.watch({ group: NO_GROUP, mountNamespace: String(count), projectDir: `/folder/${count}` });
  }
  const last = sleeper({ CORTEX_PROJECT_DIR: `/folder/${MANY - 1}` });
  try {
    await deadline(30_000, reaper.close(), 'the end of the reaper');
    await deadline(30_000, last.ended, 'the end of the last one');
  } finally {
    last.child.kill('SIGKILL');
  }
});

test.run();
