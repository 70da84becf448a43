import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { killGroup } from '../../../runtime/processes/kill-group.ts';
import { GroupMembers } from '../../../runtime/predictor/memory/group-members.ts';
import { notRun } from '../../support/not-run.ts';

test('a group is found although its processes were seen before it was asked for, and so is a child that has left it', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS has no /proc');
    return;
  }
  // One child stays in the group, the other one leaves it.
  const script = 'sleep 100 & setsid sh -c "echo ready; exec sleep 100" & wait';
  const shell = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const group = shell.pid ?? 0;
  await once(shell.stdout, 'data');
  const members = new GroupMembers();
  let found: readonly number[] = [];
  try {
    assert.equal([...(await members.of(new Set()))], []);
    found = (await members.of(new Set([group]))).get(group) ?? [];
    assert.is(found.length, 3);
    assert.ok(found.includes(group));
    assert.equal((await members.of(new Set([group]))).get(group), found);
  } finally {
    killGroup(group, 'SIGKILL');
    for (const pid of found) killGroup(pid, 'SIGKILL');
  }
});

test.run();
