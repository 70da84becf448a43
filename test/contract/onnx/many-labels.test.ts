import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wideClassifier } from '../../support/models/wide-classifier.ts';
import { makeProject } from '../../support/project.ts';
import { ask } from '../support/ask.ts';
import { serveForAllTests } from '../support/fixture-server.ts';

/** More than a header of the bridge has room for. */
const LABELS = Array.from({ length: 60_000 }, (_, index) => `the label number ${index}`);

const PREDICTOR = `
class ONNXPredictor:
    def __init__(self, onnx_client, config):
        self.client = onnx_client

    def predict(self, payload):
        [[row]] = self.client.predict([0.5] * ${LABELS.length})
        return {"labels": len(row), "last": row["${LABELS.at(-1) ?? ''}"]}
`;

const project = makeProject({
  'cortex.yaml': `
- name: wide
  kind: AsyncAPI
  predictor: { type: onnx, path: predictor.py, models: { path: models } }
`,
  'predictor.py': PREDICTOR,
});
mkdirSync(join(project, 'models'));
writeFileSync(join(project, 'models', 'wide.onnx'), wideClassifier(LABELS));
const server = serveForAllTests(project);

test('a classifier with a great many labels is called as any other', async () => {
  assert.equal(await ask(server.api('wide')), { labels: LABELS.length, last: 0.5 });
});

test.run();
