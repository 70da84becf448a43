import { existsSync, readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { servePons } from '../../support/served.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { predict } from '../../support/workload.ts';
import { modelProject } from '../support/model-project.ts';

/** What onnxruntime keeps for its makers lies below this in the home of the user. */
const KEPT_IN = '.cache';

const project = modelProject('onnx/processes', {
  'models/times/1/times.onnx': 'times-2',
  'models/large.onnx': 'large',
  'models/slow.onnx': 'slow',
});

/** What a serving Pons, in an environment of its own, leaves in the home of the user. */
async function leftAtHome(env: NodeJS.ProcessEnv): Promise<string[]> {
  const home = makeTempDir();
  // It notes nothing by itself where it takes the machine for one of CI.
  const served = await servePons(project, { env: { HOME: home, XDG_CACHE_HOME: undefined, CI: undefined, ...env } });
  try {
    await predict(`${served.url}/slow`, JSON.stringify({ rounds: 1 }), 'application/json');
  } finally {
    await served.stop();
  }
  return existsSync(`${home}/${KEPT_IN}`) ? readdirSync(`${home}/${KEPT_IN}`) : [];
}

test('onnxruntime notes nothing of what it does for its makers', async () => {
  assert.equal(await leftAtHome({ ORT_DISABLE_TELEMETRY: undefined }), []);
});

test('a user who wants it noted can have that', async () => {
  assert.equal(await leftAtHome({ ORT_DISABLE_TELEMETRY: '0' }), ['Microsoft']);
});

test.run();
