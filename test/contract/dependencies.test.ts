import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask } from './support/ask.ts';
import { checkProject } from './support/check.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';
import { copyProject } from './support/project-copy.ts';

interface Versions {
  readonly idna: string;
  readonly requests: string;
  readonly yaml: unknown;
  readonly command: string;
}

const server = serveForAllTests(fixtureProject('dependencies'), { args: ['--run-dependencies-sh'] });

const versions = (api: string) => ask<Versions>(server.api(api));
const messages = () => server.served.lines.map((line) => String((JSON.parse(line) as { message: unknown }).message));
const firstWith = (part: RegExp) => messages().findIndex((message) => part.test(message));

test('requirements.txt is installed, each API having its own', async () => {
  assert.is((await versions('defaults')).idna, '3.4');
  assert.is((await versions('named')).idna, '3.6');
});

test("packages that Cortex's images carried are installed where the project imports them, below its own pins, and that is said", async () => {
  const { requests, yaml } = await versions('defaults');
  assert.match(requests, /^\d+\./);
  assert.equal(yaml, { a: [1, 2] });
  const said = messages().find((message) => /^Installing requests, pyyaml/.test(message));
  assert.match(said ?? messages().join('\n'), /imports/);
});

test('the programs of what is installed are on the PATH', async () => {
  assert.match((await versions('defaults')).command, /\d+\.\d+/);
});

test('dependencies.sh runs in the project with the variables of .env, before pip', () => {
  const ran = firstWith(/dependencies\.sh has SETTING=from \.env in \S+ with predictor\.py/);
  const installed = firstWith(/^Installing requirements\.txt/);
  assert.ok(ran !== -1 && installed !== -1, messages().join('\n'));
  assert.ok(ran < installed);
  assert.not.equal(firstWith(/still running/), -1);
  assert.not.equal(firstWith(/setup\.sh has SETTING=from \.env/), -1);
});

test('a file that is named but missing is an error that names it and its field; a missing default file is none', async () => {
  const api = (name: string) =>
    `- name: ${name}\n  kind: AsyncAPI\n  predictor:\n    type: python\n    path: bare.py\n`;
  const named = ['pip', 'shell', 'conda'].map(
    (kind) => `${api(kind)}    dependencies:\n      ${kind}: no/${kind}.txt\n`,
  );
  const project = copyProject('class', { 'cortex.yaml': [api('defaults'), ...named].join('') });
  const { exitCode, stderr } = await checkProject(project);
  assert.is(exitCode, 2);
  for (const kind of ['pip', 'shell', 'conda']) {
    assert.match(
      stderr,
      new RegExp(`cortex\\.yaml:\\d+:\\d+ (\\[${kind}\\] )?predictor\\.dependencies\\.${kind}: .*no/${kind}\\.txt`),
    );
  }
  assert.is(stderr.match(/cortex\.yaml:\d+/g)?.length, 3);
});

test('a dependencies.sh that fails stops at its first failing command, with its output', async () => {
  const project = copyProject('class', { 'dependencies.sh': 'echo before\nls /does/not/exist\necho behind\n' });
  const { exitCode, stderr } = await checkProject(project, ['--run-dependencies-sh']);
  assert.ok(exitCode !== 0);
  assert.match(stderr, 'PONS_ERR_PROJECT_DEPENDENCIES_SH_FAILED');
  assert.match(stderr, /cannot access/);
  assert.not.match(stderr, 'behind');
});

for (const [what, content, line, reason] of [
  ['a word that is no command', 'A=1\nB = 2\n', 2, /command not found/],
  ['an open quote', 'A=1\n\nC="open\n', 3, /"/],
  ['a name that is none', 'export 1A=b\n', 1, /not a valid identifier/],
] as const) {
  test(`a line of .env that bash refuses is an error that names file and line: ${what}`, async () => {
    const { exitCode, stderr } = await checkProject(copyProject('class', { '.env': content }));
    assert.is(exitCode, 2);
    assert.match(stderr, `.env:${line} `);
    assert.match(stderr, reason);
  });
}

test.run();
