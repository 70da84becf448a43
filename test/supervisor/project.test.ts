import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject } from '../support/project.ts';

test('types that are valid but not served yet are refused with the name of the API, before anything is installed', async () => {
  const served = '- {name: served, kind: AsyncAPI, predictor: {type: python, path: predictor.py}}\n';
  for (const type of ['tensorflow', 'onnx']) {
    const api = `- {name: iris, kind: AsyncAPI, predictor: {type: ${type}, path: predictor.py, models: {path: model/}}}\n`;
    const project = makeProject({ 'cortex.yaml': served + api, 'predictor.py': '' });
    const { code, stdout, stderr } = await pons(['check', project]);
    assert.is(code, 2);
    assert.match(stderr, new RegExp(`"iris" has predictor\\.type ${type}`));
    assert.match(stderr, 'PONS_ERR_SERVE_TYPE');
    assert.not.match(stdout + stderr, 'Installing');
  }
});

test.run();
