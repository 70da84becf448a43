import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { probeIsolation } from '../../runtime/predictor/isolation.ts';
import { Watch } from '../../runtime/predictor/watch.ts';
import { Reaper } from '../../runtime/processes/reaper.ts';
import { ownMountNamespace } from '../../runtime/processes/stragglers.ts';
import { notRun } from '../support/not-run.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const isolation = await probeIsolation(makeTempDir());

/** A program in a session and a mount namespace of its own. */
async function inNamespace(): Promise<ChildProcess> {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const child = spawn('unshare', [...user, '--mount', '/bin/sh', '-c', 'echo ready; exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  await once(child.stdout, 'data');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

test('whoever begins while a process is cleared away is not taken for one of its children', async () => {
  if (isolation.kind === 'none') {
    notRun(isolation.reason);
    return;
  }
  const reaper = new Reaper();
  const first = await inNamespace();
  const watch = new Watch(reaper, first.pid ?? 0, makeTempDir());
  const ended = once(first, 'exit');
  await watch.entersNamespace(ended);
  await end(first);
  // The kernel gives a number that is free to whoever asks next.
  const others = await Promise.all([inNamespace(), inNamespace(), inNamespace()]);
  try {
    await watch.end();
    const namespaces = await Promise.all(others.map(({ pid }) => ownMountNamespace(pid ?? 0)));
    assert.not(namespaces.includes(null));
    for (const other of others) assert.is(other.signalCode, null);
  } finally {
    await Promise.all(others.map(end));
    await reaper.close();
  }
});

test.run();
