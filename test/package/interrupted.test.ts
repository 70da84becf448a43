import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../support/deadline.ts';
import { waitForDeaths } from '../support/processes.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { MAIN, TSX } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/** A stand-in for Docker whose builds tell the number of their process, and never end. */
const DOCKER = `#!/bin/sh
case "$1" in
  build) echo "#5 [2/9] RUN $$"; echo "#5 0.1 begun $$"; exec sleep 600 ;;
  image) echo '[]' ;;
  --version) echo "Docker version 20.10.24, build 1" ;;
esac
`;

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`a build that gets ${signal} ends with ${code}, and leaves nothing behind`, async () => {
    const bin = makeProject({ docker: DOCKER });
    chmodSync(join(bin, 'docker'), 0o755);
    const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });
    const temporary = makeTempDir();
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, TMPDIR: temporary };
    const child = spawn(process.execPath, ['--import', TSX, MAIN, 'build', project], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit');
    try {
      const builder = new Promise<number>((resolve) => {
        createInterface({ input: child.stderr }).on('line', (line) => {
          const pid = /begun (\d+)/.exec(line)?.[1];
          if (pid !== undefined) resolve(Number(pid));
        });
      });
      const pid = await deadline(120_000, builder, 'the build to begin');
      child.kill(signal);
      assert.equal(await deadline(60_000, exited, 'the end'), [code, null]);
      await waitForDeaths([pid], 30_000);
      assert.equal(
        readdirSync(temporary).filter((name) => name.startsWith('pons-')),
        [],
      );
      assert.not.ok(existsSync(join(project, '.pons')));
    } finally {
      child.kill('SIGKILL');
    }
  });
}

test.run();
