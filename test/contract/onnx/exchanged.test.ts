import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { submit } from '../../support/workload.ts';
import { ask } from '../support/ask.ts';
import { serveForAllTests } from '../support/fixture-server.ts';
import { modelProject, placeModel } from '../support/model-project.ts';
import { recordWhere, requestOf } from '../support/records.ts';
import { send } from '../support/send.ts';

/** Hours of work, and nothing can end a run of onnxruntime but the end of the process. */
const FOREVER = 2 ** 40;

const project = modelProject('onnx/processes', {
  'models/times/1/times.onnx': 'times-2',
  'models/large.onnx': 'large',
  'models/slow.onnx': 'slow',
});
const server = serveForAllTests(project);

test('once a model is exchanged, a call waits for no run of the one before, also in a process that knows that one', async () => {
  const api = server.api('slow');
  const { pid } = await ask(api, { rounds: 1 });
  const id = await submit(api, JSON.stringify({ rounds: FOREVER }), 'application/json');
  await recordWhere(
    server,
    (record) => requestOf(record) === id && record['message'] === 'calls the model',
    'of the call',
  );
  assert.is((await send('DELETE', `${api}/${id}`)).status, 200);
  placeModel(project, 'models/next', 'slow');
  renameSync(join(project, 'models/next'), join(project, 'models/slow.onnx'));
  await recordWhere(server, ({ message }) => /is loaded anew/.test(String(message)), 'of the model');
  assert.equal(await ask(api, { rounds: 2 }), { done: 2, pid });
});

test.run();
