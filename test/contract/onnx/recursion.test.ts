import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultPython, oldestAndNewest } from '../../support/pythons.ts';
import { servePons } from '../../support/served.ts';
import { ask, failureOf } from '../support/ask.ts';
import { modelProject } from '../support/model-project.ts';

const project = modelProject('onnx/recursion', { 'model/1/model.onnx': 'times-2' });
const SIX = { y: [6] };

for (const python of new Set([...oldestAndNewest, defaultPython])) {
  test(`a model call at the limit of recursion raises there, and the process goes on (Python ${python.version})`, async () => {
    const served = await servePons(project, { args: ['--python', python.executable] });
    const depths = `${served.url}/depths`;
    try {
      for (let round = 0; round < 2; round += 1) {
        assert.equal(await ask(depths, 'catch'), SIX);
        assert.match((await failureOf(depths, 'walk')).message, /RecursionError/);
        assert.equal(await ask(depths, 'call'), SIX);
      }
    } finally {
      await served.stop();
    }
  });
}

test.run();
