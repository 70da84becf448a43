import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { killGroup } from '../../runtime/processes/kill-group.ts';
import { freePort } from '../support/bench/free-port.ts';
import { deadline } from '../support/deadline.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { MAIN, servePons, TSX } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { predict, submit, waitForEnd } from '../support/workload.ts';

/** What to sleep for, in seconds, so that nobody else sleeps as long on this machine. */
const wordOf = (number: number): string => String(100_000_000 + 10 * process.pid + number);

/** The processes of this machine whose command line has this word. */
function running(word: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        const isGone = /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
        return !isGone && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(word);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function waitForNone(word: string): Promise<void> {
  const lapsedAt = Date.now() + 30_000;
  while (running(word).length > 0) {
    if (Date.now() > lapsedAt) throw new Error(`left behind: ${running(word).join(', ')}`);
    await pause(20);
  }
}

async function waitForSome(word: string): Promise<void> {
  const lapsedAt = Date.now() + 200_000;
  while (running(word).length === 0) {
    if (Date.now() > lapsedAt) throw new Error(`nothing runs ${word}`);
    await pause(5);
  }
}

test('an ordered stop while predictors load leaves nothing behind, not even what left its session', async () => {
  const word = wordOf(1);
  const source = `import subprocess, time\nsubprocess.Popen(["setsid", "sleep", "${word}"])\ntime.sleep(1)\n${predicting('return {}')}`;
  const project = makeProject({ 'cortex.yaml': oneApi(['processes_per_replica: 4']), 'predictor.py': source });
  const served = await servePons(project);
  await waitForSome(word);
  assert.is(await served.stop(), 0);
  await waitForNone(word);
});

test('without namespaces, too, children that left their session end with Pons, however it ends', async () => {
  const word = wordOf(2);
  // All tools but unshare, so that there is no namespace.
  const tools = makeTempDir();
  for (const folder of (process.env['PATH'] ?? '').split(':').reverse()) {
    for (const name of safeList(folder)) {
      if (name !== 'unshare') replaceLink(join(folder, name), join(tools, name));
    }
  }
  const body = `import subprocess\nsubprocess.Popen(["setsid", "sleep", "${word}"])\nreturn {}`;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting(body) });
    const served = await servePons(project, { env: { PATH: tools } });
    assert.ok(served.lines.some((line) => line.includes('there is no unshare')));
    await predict(`${served.url}/api`, '1', 'application/json');
    await waitForSome(word);
    process.kill(served.pid, signal);
    await served.stop();
    await waitForNone(word);
  }
});

function safeList(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function replaceLink(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch {
    // Another folder of the PATH has the name, too.
  }
}

test('SIGKILL in the middle of an installation ends the build, too', async () => {
  const word = wordOf(3);
  const setup = `import subprocess\nsubprocess.run(["sleep", "${word}"])\n`;
  const project = makeProject({
    'cortex.yaml': oneApi(),
    'predictor.py': predicting('return {}'),
    'requirements.txt': './package\n',
    'package/setup.py': setup,
  });
  const args = ['--import', TSX, MAIN, 'serve', project, '--port', '0', '--state-dir', makeTempDir()];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  await waitForSome(word);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await waitForNone(word);
});

test('variables of .env reach the predictor and not the tools that Pons uses', async () => {
  const project = makeProject({
    'cortex.yaml': oneApi(),
    'predictor.py': predicting(
      'import os\nreturn {"posix": os.environ["POSIXLY_CORRECT"], "path": os.environ["PATH"]}',
    ),
    '.env': 'POSIXLY_CORRECT=1\nPATH=/nonexistent\n',
  });
  const served = await servePons(project);
  try {
    const result = await predict(`${served.url}/api`, '1', 'application/json');
    assert.equal(result, { posix: '1', path: '/nonexistent' });
  } finally {
    await served.stop();
  }
});

for (const [how, reader] of [
  ['leaves', 'head -c 3000 >/dev/null'],
  ['stands still', 'head -c 3000 >/dev/null; sleep 600'],
] as const) {
  test(`a reader of stdout that ${how} holds up neither workloads nor the end`, async () => {
    const body = 'for i in range(payload):\n    print("line %d" % i, "x" * 100)\nreturn {"printed": payload}';
    const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting(body) });
    const port = String(await freePort());
    const serve = ['--import', TSX, MAIN, 'serve', project, '--port', port, '--state-dir', makeTempDir()];
    const line = `"$0" "$@" & pid=$!; echo $pid >&2; wait $pid; echo ended with $? >&2`;
    const shell = spawn('/bin/sh', ['-c', `{ ${line}; } | { ${reader}; }`, process.execPath, ...serve], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let told = '';
    shell.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
    const url = `http://127.0.0.1:${port}/api`;
    try {
      await waitFor(async () => {
        assert.not.match(told, /ended with/, `it ended before it was ready: ${told}`);
        // Whoever took the connection need not be Pons.
        const signal = AbortSignal.timeout(5000);
        return (await fetch(`http://127.0.0.1:${port}/readyz`, { signal }).catch(() => null))?.status === 200;
      });
      const id = await submit(url, '200000', 'application/json');
      assert.is((await waitForEnd(url, id)).status, 'completed');
      const pid = Number(/^\d+/.exec(told)?.[0]);
      process.kill(pid, 'SIGTERM');
      const ended = waitFor(() => Promise.resolve(told.includes('ended with')));
      await deadline(60_000, ended, 'the end of Pons');
      assert.match(told, /ended with 0/);
    } finally {
      if (shell.pid !== undefined) killGroup(shell.pid, 'SIGKILL');
    }
  });
}

async function waitFor(fits: () => Promise<boolean>): Promise<void> {
  while (!(await fits())) await pause(50);
}

test.run();
