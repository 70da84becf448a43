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
    assert.not.ok(
      served.lines.some((line) => line.includes('--api leaves out')),
      'nobody calls the third',
    );
  } finally {
    assert.is(await served.stop(), 0);
  }
});

const caller = (url: string): string => `- name: caller
  kind: AsyncAPI
  predictor: {type: python, path: first.py, config: {asks: ${url}}}
`;

for (const [what, files] of [
  ['its configuration', { 'cortex.yaml': caller('http://api-second:8888/predict') + api('second'), 'first.py': echo }],
  ['its code', { 'cortex.yaml': caller('second') + api('second'), 'first.py': `URL = "http://api-%s:8888"\n${echo}` }],
] as const) {
  test(`what --api leaves out is told at the start where ${what} calls a sibling that nothing can serve`, async () => {
    const callers = makeProject({ ...files, 'second.py': 'raise RuntimeError("nobody asked for this one")' });
    const served = await servePons(callers, { args: ['--api', 'caller'] });
    try {
      const said = served.lines.filter((line) => line.includes('--api leaves out second'));
      assert.is(said.length, 1);
      assert.match(said[0] ?? '', 'a predictor that calls http://api-second:8888 gets');
    } finally {
      assert.is(await served.stop(), 0);
    }
  });
}

test('an API that is not there is told with those that are', async () => {
  const { code, stderr } = await pons(['serve', project, '--port', '0', '--api', 'first', '--api', 'frist']);
  assert.is(code, 2);
  assert.match(stderr, /PONS_ERR_CLI_API_UNKNOWN/);
  assert.match(stderr, /--api names frist; the configuration file has the APIs first, second, third\./);
});

test.run();
