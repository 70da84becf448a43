import { createServer } from 'node:http';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });

const refused: [string, string[], RegExp][] = [
  ['an unknown command', ['serv'], /unknown command 'serv'[\s\S]*Did you mean serve\?[\s\S]*PONS_ERR_CLI_USAGE/],
  ['an unknown option', ['serve', '--prot', '1'], /unknown option '--prot'[\s\S]*Did you mean --port\?/],
  ['an argument too many', ['serve', project, 'further'], /too many arguments.*\n.*PONS_ERR_CLI_USAGE/],
  ['an option without its value', ['serve', '--port'], /--port.*argument missing\n.*PONS_ERR_CLI_USAGE/],
  ['a port that is no number', ['serve', '--port', 'http'], /--port.*'http' is invalid.*0 to 65535/],
  ['a port that is too large', ['serve', '--port', '65536'], /0 to 65535/],
  ['a duration without a unit', ['serve', '--start-timeout', '10'], /such as 90s/],
  ['a start that no timer can wait for', ['serve', '--start-timeout', '597h'], /such as 90s.*at most 596h/],
  ['a stop that no timer can wait for', ['serve', '--drain', '596h1s'], /'596h1s' is invalid.*at most 596h/],
  ['a stop of a container that no timer can wait for', ['export', 'compose', '--drain', '800h'], /at most 596h/],
  ['an empty address', ['serve', '--host', ''], /must be an address/],
  ['an empty state folder', ['serve', '--state-dir', ''], /must name a folder/],
  ['a host name with a scheme', ['serve', '--allow-host', 'http://x'], /without scheme/],
  ['a project that is not there', ['serve', '/nowhere/at/all'], /PONS_ERR_PROJECT_NOT_FOUND/],
  ['a folder without cortex.yaml', ['check', makeTempDir()], /PONS_ERR_PROJECT_NO_CONFIG/],
  [
    'an interpreter that is not there',
    ['check', project, '--python', '/nowhere/python'],
    /PONS_ERR_PROJECT_PYTHON_UNUSABLE/,
  ],
  [
    'a state folder that is a file',
    ['serve', project, '--state-dir', `${project}/predictor.py`],
    /PONS_ERR_STATE_NOT_A_FOLDER/,
  ],
];
for (const [title, args, expected] of refused) {
  test(`${title} is refused with exit code 2, what is wrong and what would be right`, async () => {
    const { code, stdout, stderr } = await pons(args);
    assert.match(stdout + stderr, expected);
    assert.not.match(stdout + stderr, /\n\s+at /);
    assert.is(code, 2);
  });
}

for (const args of [['--help'], ['serve', '--help'], ['check', '--help'], ['--version']]) {
  test(`pons ${args.join(' ')} answers and ends well`, async () => {
    const { code, stdout } = await pons(args);
    assert.is(code, 0);
    assert.ok(stdout.length > 4);
  });
}

test('a project where a command belongs is answered with the command that serves it', async () => {
  const { code, stderr } = await pons([project]);
  assert.ok(stderr.includes(`Did you mean pons serve ${project}?`), stderr);
  assert.is(code, 2);
});

test('a port that is taken is an error that names it, before anything is installed', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  try {
    const needy = makeProject({
      'cortex.yaml': oneApi(),
      'predictor.py': predicting('return {}'),
      'requirements.txt': 'a-package-that-is-nowhere-at-all\n',
    });
    const { code, stderr } = await pons(['serve', needy, '--port', String(port), '--state-dir', makeTempDir()]);
    assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${port}[\\s\\S]*PONS_ERR_HTTP_PORT_TAKEN`));
    assert.is(code, 2);
  } finally {
    server.close();
  }
});

test.run();
