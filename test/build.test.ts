import { execFileSync } from 'node:child_process';
import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeProject, oneApi, predicting } from './support/project.ts';
import { withRedis } from './support/redis/with-redis.ts';
import { servePons } from './support/served.ts';
import { makeTempDir } from './support/temp-dir.ts';
import { predict } from './support/workload.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What the build needs beside it. */
const BESIDE = ['package.json', 'bridge', 'node_modules', 'runtime'];

/** Builds into a folder of its own, so that `dist/` stays as it is; resolves to that folder. */
function build(): string {
  const place = makeTempDir();
  for (const name of BESIDE) symlinkSync(join(ROOT, name), join(place, name));
  execFileSync(process.execPath, [join(ROOT, '.config', 'build.js'), join(place, 'dist')], { stdio: 'inherit' });
  return join(place, 'dist');
}

test('what is built serves as the source does, and is one file for each thread', async () => {
  const dist = build();
  const built = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  assert.equal(built.sort(), ['runtime/cli/main.js', 'runtime/cli/onnx-worker.js', 'runtime/cli/worker.js']);
  const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {"got": payload}') });
  const served = await servePons(project, { program: [join(dist, 'runtime/cli/main.js')] });
  try {
    assert.equal(await predict(`${served.url}/api`, '[1]', 'application/json'), { got: [1] });
  } finally {
    assert.is(await served.stop(), 0);
  }
});

test('what is built finds what it needs for Redis', async () => {
  const dist = build();
  const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {"got": payload}') });
  await withRedis(async (server) => {
    const env = { PONS_REDIS_URL: server.url };
    const served = await servePons(project, { program: [join(dist, 'runtime/cli/main.js')], env });
    try {
      assert.equal(await predict(`${served.url}/api`, '[1]', 'application/json'), { got: [1] });
    } finally {
      assert.is(await served.stop(), 0);
    }
  });
});

test.run();
