import { existsSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeContext } from '../../runtime/package/context.ts';
import type { ImagePlan } from '../../runtime/package/plan.ts';
import { makeProject } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/** What Node reads at once at most, and a byte more. */
const LARGE_BYTES = 2 ** 31 + 1;

test('a model of more than 2 GiB goes into a context', async () => {
  const projectDir = makeProject({ 'model.bin': '' });
  // It has a size, and takes no room.
  truncateSync(join(projectDir, 'model.bin'), LARGE_BYTES);
  const step = { kind: 'project' as const, arguments: [], files: ['model.bin'], title: 'the files' };
  const base = { kind: 'named' as const, reference: 'my/base:1', api: 'api', type: 'python' as const };
  const plan: ImagePlan = {
    api: 'api',
    image: 'p-api:1',
    base,
    steps: [step],
    environment: {},
    served: '/mnt/project',
  };
  const dir = join(makeTempDir(), 'context');
  await writeContext({ plan, base: 'my/base:1', notSecret: [], projectDir, dir });
  assert.is(statSync(join(dir, 'files/project/model.bin')).size, LARGE_BYTES);
  assert.ok(existsSync(join(dir, 'Dockerfile')));
});

test.run();
