import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { servePons } from '../../support/served.ts';
import { ask } from '../support/ask.ts';
import { modelProject } from '../support/model-project.ts';

/** Calls a model with as many words as it is told, of which there is an amount by which the library ends its process. */
const CALLS = `
import os

class ONNXPredictor:
    def __init__(self, onnx_client, config):
        self.client = onnx_client

    def predict(self, payload):
        told = []
        for count in payload["counts"]:
            try:
                texts = self.client.predict([[[1, 2, 3]]] * count if count else [], "texts")[0]
                told.append(len(texts))
            except Exception as error:
                told.append("%s: %s" % (type(error).__name__, error))
        return {"told": told, "other": float(self.client.predict([3], "times")[0][0]), "pid": os.getpid()}
`;
const CONFIGURATION = `
- name: calls
  kind: AsyncAPI
  predictor:
    type: onnx
    path: calls.py
    models:
      dir: models
`;
const MODELS = { 'models/texts/1/texts.onnx': 'abort', 'models/times/1/times.onnx': 'times-2' };

interface Told {
  readonly told: readonly (number | string)[];
  readonly other: number;
  readonly pid: number;
}

test('an input by which the library aborts fails its call with the reason, and all else goes on', async () => {
  const project = modelProject('onnx/processes', MODELS, { 'cortex.yaml': CONFIGURATION, 'calls.py': CALLS });
  const served = await servePons(project);
  const calls = `${served.url}/calls`;
  try {
    const before = await ask<Told>(calls, { counts: [2] });
    assert.equal(before, { told: [2], other: 6, pid: before.pid });
    // A process for each model, which takes the calls itself.
    const lanes = readdirSync(join(served.stateDir, 'run', 'lanes')).filter((name) => /^\d+\.\d+$/.test(name));
    assert.is(lanes.length, 2);
    // Twice: the process that comes in place of the first one can end like that.
    for (let round = 0; round < 2; round++) {
      const { told, other, pid } = await ask<Told>(calls, { counts: [3, 0, 4] });
      assert.match(
        String(told[1]),
        /^UserRuntimeException: the process that ran the model "texts" \(version 1\) was ended by SIGABRT \(terminate called /,
      );
      assert.equal([told[0], told[2], other, pid], [3, 4, 6, before.pid]);
    }
  } finally {
    assert.is(await served.stop(), 0);
  }
});

for (const [way, settings] of [
  ['straight from their processes', '    processes_per_replica: 4\n    threads_per_process: 2\n'],
  ['by way of Pons', '      cache_size: 2\n      disk_cache_size: 2\n    threads_per_process: 8\n'],
] as const) {
  test(`what waits while an input ends the process of its model is called again, ${way}`, async () => {
    const configuration = `${CONFIGURATION}${settings}`;
    const project = modelProject('onnx/processes', MODELS, { 'cortex.yaml': configuration, 'calls.py': CALLS });
    const served = await servePons(project);
    try {
      for (let round = 0; round < 3; round++) {
        const counts = Array.from({ length: 16 }, (_, index) => (index === 5 ? 0 : index + 1));
        const answers = await Promise.all(counts.map((count) => ask<Told>(`${served.url}/calls`, { counts: [count] })));
        const told = answers.map((answer) => answer.told[0]);
        assert.match(String(told[5]), /^UserRuntimeException: the process that ran the model "texts" .* SIGABRT/);
        assert.equal(told.with(5, 0), counts);
      }
    } finally {
      assert.is(await served.stop(), 0);
    }
  });
}

test.run();
