import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { modelProcessesOf } from '../../support/bench/process-memory.ts';
import { deadline } from '../../support/deadline.ts';
import { notRun } from '../../support/not-run.ts';
import { waitForDeaths } from '../../support/processes.ts';
import { servePons } from '../../support/served.ts';
import { submit, waitForEnd } from '../../support/workload.ts';
import { recordWhere } from '../support/records.ts';
import { modelProject } from '../support/model-project.ts';
import { send } from '../support/send.ts';

/** Hours of work, and nothing can end a run of onnxruntime but the end of the process. */
const FOREVER = 2 ** 40;
/** Asked to stop, Pons is gone within it. */
const GONE_MS = 60_000;

const project = modelProject('onnx/processes', {
  'models/times/1/times.onnx': 'times-2',
  'models/large.onnx': 'large',
  'models/slow.onnx': 'slow',
});

test('Pons stops in order while a model is in a run that was cancelled and cannot be ended', async () => {
  const served = await servePons(project);
  try {
    const api = `${served.url}/slow`;
    const id = await submit(api, JSON.stringify({ rounds: FOREVER }), 'application/json');
    await recordWhere({ served }, ({ message }) => message === 'calls the model', 'of the call');
    assert.is((await send('DELETE', `${api}/${id}`)).status, 200);
    assert.is((await waitForEnd(api, id)).status, 'cancelled');
    assert.is(await deadline(GONE_MS, served.stop(), 'the end of Pons'), 0);
  } finally {
    await served.stop();
  }
  const again = await servePons(project, { stateDir: served.stateDir });
  await again.stop();
  assert.not.match(again.lines.join('\n'), 'the last run was cut off');
});

test('a Pons that is killed leaves no model in a run behind', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: processes are not told by the files of /proc');
    return;
  }
  const served = await servePons(project);
  try {
    await submit(`${served.url}/slow`, JSON.stringify({ rounds: FOREVER }), 'application/json');
    await recordWhere({ served }, ({ message }) => message === 'calls the model', 'of the call');
    const models = modelProcessesOf(served.pid);
    // One for each API.
    assert.is(models.length, 4);
    process.kill(served.pid, 'SIGKILL');
    await waitForDeaths(models, GONE_MS);
  } finally {
    await served.stop();
  }
});

test.run();
