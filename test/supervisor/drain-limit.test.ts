import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { servePons, type Served } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { until } from '../support/redis/until.ts';
import { submit, waitForEnd } from '../support/workload.ts';

/** A `predict` that takes as long as the machine's variable `TAKES` says. */
const project = makeProject({
  'cortex.yaml': oneApi(),
  'predictor.py': predicting(
    'print("begun")\ntime.sleep(float(os.environ["TAKES"]))\nreturn {"took": os.environ["TAKES"]}',
    'import os, time',
  ),
});

async function hasBegun(served: Served): Promise<void> {
  await until(() => Promise.resolve(served.lines.some((line) => line.includes('"begun"')) || null), 60_000);
}

test('what outlasts the time of a stop goes back to the queue with its attempt, and the end is an ordered one', async () => {
  const stateDir = makeTempDir();
  let id = '';
  // More often than a workload may be tried: none of these is a death of its process.
  for (let round = 0; round < 4; round += 1) {
    const served = await servePons(project, { stateDir, args: ['--drain', '100ms'], env: { TAKES: '60' } });
    if (round === 0) id = await submit(`${served.url}/api`, '1', 'application/json');
    await hasBegun(served);
    assert.is(await served.stop(), 0);
    assert.ok(served.lines.some((line) => line.includes('0.1 s are over; what still runs goes back to the queue')));
  }
  const served = await servePons(project, { stateDir, env: { TAKES: '0' } });
  try {
    assert.equal((await waitForEnd(`${served.url}/api`, id)).result, { took: '0' });
  } finally {
    await served.stop();
  }
});

test('what ends within the time of a stop is stored', async () => {
  const stateDir = makeTempDir();
  const served = await servePons(project, { stateDir, args: ['--drain', '30s'], env: { TAKES: '0.5' } });
  const id = await submit(`${served.url}/api`, '1', 'application/json');
  await hasBegun(served);
  assert.is(await served.stop(), 0);
  assert.not.ok(served.lines.some((line) => line.includes('goes back to the queue')));
  const again = await servePons(project, { stateDir, env: { TAKES: '0' } });
  try {
    assert.equal((await waitForEnd(`${again.url}/api`, id)).result, { took: '0.5' });
  } finally {
    await again.stop();
  }
});

test.run();
