import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { servePons } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';

test('what a Pons leaves that is killed while it tries the machine is gone after the next start', async () => {
  const tools = makeTempDir();
  const unshare = join(tools, 'unshare');
  writeFileSync(unshare, '#!/bin/sh\nkill -KILL $PPID\n');
  chmodSync(unshare, 0o755);
  const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });
  const stateDir = makeTempDir();
  const env = { PATH: `${tools}:${process.env['PATH'] ?? ''}` };
  try {
    await (await servePons(project, { stateDir, env })).stop();
    assert.unreachable('it was not killed');
  } catch (error) {
    assert.match(String(error), /ended with null/);
  }
  const left = readdirSync(stateDir, { recursive: true }).map(String);
  assert.ok(
    left.some((path) => path.includes('probe-')),
    'it was killed in the middle of a try',
  );
  await (await servePons(project, { stateDir })).stop();
  assert.equal(readdirSync(join(stateDir, 'run')), []);
  assert.equal(
    readdirSync(stateDir).filter((name) => name.startsWith('probe-')),
    [],
  );
});

test.run();
