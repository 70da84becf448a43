import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Reaper } from '../../runtime/processes/reaper.ts';
import { ownMountNamespace } from '../../runtime/processes/stragglers.ts';
import { deadline } from '../support/deadline.ts';
import { isAlive } from '../support/processes.ts';

/** A process group that does not exist. */
const NO_GROUP = 99_999_999;
const MANY = 200;

function sleeper(env: NodeJS.ProcessEnv = {}, program = 'sleep', args = ['300']) {
  const child = spawn(program, args, { stdio: 'ignore', detached: true, env: { PATH: process.env['PATH'], ...env } });
  assert.ok(child.pid);
  return { child, pid: child.pid, ended: once(child, 'exit') };
}

test('the end of a reaper ends what it watches by group, by project folder and by mount namespace, and nothing else', async () => {
  const byGroup = sleeper();
  const byFolder = sleeper({ CORTEX_PROJECT_DIR: "/a folder/it's [mine]" });
  const almost = sleeper({ CORTEX_PROJECT_DIR: "/a folder/it's [mine]/too" });
  const forgotten = sleeper();
  const watched = [byGroup, byFolder];
  const reaper = new Reaper();
  try {
    reaper.watch({ group: byGroup.pid, mountNamespace: null, projectDir: null });
    reaper.watch({ group: NO_GROUP, mountNamespace: '123', projectDir: "/a folder/it's [mine]" });
    reaper.watch({ group: forgotten.pid, mountNamespace: null, projectDir: null });
    reaper.forget({ group: forgotten.pid, mountNamespace: null, projectDir: null });
    const apart = sleeper({}, 'unshare', ['--mount', 'sleep', '300']);
    while (isAlive(apart.pid) && (await ownMountNamespace(apart.pid)) === null);
    const mountNamespace = await ownMountNamespace(apart.pid);
    // Not everybody may have a mount namespace.
    if (mountNamespace !== null) {
      watched.push(apart);
      reaper.watch({ group: NO_GROUP, mountNamespace, projectDir: null });
    }
    await reaper.close();
    await deadline(5000, Promise.all(watched.map(({ ended }) => ended)), 'their end');
    assert.ok(isAlive(almost.pid));
    assert.ok(isAlive(forgotten.pid));
  } finally {
    for (const { child } of [byGroup, byFolder, almost, forgotten]) child.kill('SIGKILL');
  }
});

test('a reaper that watches many is as quick', async () => {
  const reaper = new Reaper();
  for (let count = 0; count < MANY; count += 1) {
    reaper.watch({ group: NO_GROUP, mountNamespace: String(count), projectDir: `/folder/${count}` });
  }
  const last = sleeper({ CORTEX_PROJECT_DIR: `/folder/${MANY - 1}` });
  try {
    await deadline(10_000, reaper.close(), 'the end of the reaper');
    await deadline(5000, last.ended, 'the end of the last one');
  } finally {
    last.child.kill('SIGKILL');
  }
});

test.run();
