import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject, predicting } from '../support/project.ts';
import { servePons } from '../support/served.ts';
import { predict } from '../support/workload.ts';

const api = (name: string): string =>
  `- name: ${name}\n  kind: AsyncAPI\n  predictor: {type: python, path: ${name}.py}\n`;
const echo = predicting('return {"got": payload}');
const project = makeProject({
  'cortex.yaml': api('first') + api('second') + api('third'),
  'first.py': echo,
  'second.py': echo,
  'third.py': predicting('return {}', 'raise RuntimeError("nobody asked for this one")'),
});

test('only the APIs that --api names are served', async () => {
  const served = await servePons(project, { args: ['--api', 'first', '--api', 'second'] });
  try {
    assert.equal(await predict(`${served.url}/second`, '1', 'application/json'), { got: 1 });
    assert.is((await fetch(`${served.url}/third`)).status, 404);
    assert.equal(await predict(`${served.url}/first`, '1', 'application/json'), { got: 1 });
    assert.is((await fetch(`${served.url}/readyz`)).status, 200);
  } finally {
    assert.is(await served.stop(), 0);
  }
});

test('an API that is not there is told with those that are', async () => {
  const { code, stderr } = await pons(['serve', project, '--port', '0', '--api', 'first', '--api', 'frist']);
  assert.is(code, 2);
  assert.match(stderr, /PONS_ERR_CLI_API_UNKNOWN/);
  assert.match(stderr, /--api names frist; the configuration file has the APIs first, second, third\./);
});

test.run();
