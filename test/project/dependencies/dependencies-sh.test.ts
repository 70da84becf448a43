import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Preparation } from '../../../runtime/project/dependencies/preparation.ts';
import { knownError } from '../support/errors.ts';
import { makeSpec } from '../support/spec.ts';
import { makeTree } from '../support/tree.ts';
import { prepare, withoutUv } from './support/prepare.ts';
import { Reaper } from '../../../runtime/processes/reaper.ts';

test('dependencies.sh is not run by itself; that it is there is said, once for all APIs of a deployment', async () => {
  const projectDir = makeTree({ 'dependencies.sh': 'touch ran\n' });
  const preparation = await Preparation.begin(new Reaper());
  const first = await prepare({ projectDir, preparation });
  assert.match(first.said.join('\n'), /dependencies\.sh was not run.*--run-dependencies-sh/);
  const other = { projectDir, preparation, environment: { ...withoutUv, GREETING: 'of another API' } };
  assert.equal((await prepare(other)).said, []);
  assert.match((await prepare({ projectDir })).said.join('\n'), 'was not run', 'another deployment says it again');
  assert.not.ok(existsSync(join(projectDir, 'ran')));
});

test("with leave, dependencies.sh runs in the project folder, in the API's environment, before pip", async () => {
  const script = 'echo "$GREETING from $PWD"\necho six > requirements.txt\n';
  const projectDir = makeTree({ 'dependencies.sh': script });
  const environment = { ...withoutUv, GREETING: 'hello' };
  const { said } = await prepare({ projectDir, environment, runDependenciesSh: true, python: 'python3' });
  assert.equal(said.slice(0, 2), ['Running dependencies.sh', `hello from ${projectDir}`]);
  assert.match(said[2] ?? '', 'requirements.txt not installed');
});

test('APIs of one deployment that share script and environment run it once; another environment, script or deployment runs it anew', async () => {
  const script = 'echo "$GREETING" >> runs\n';
  const projectDir = makeTree({ 'dependencies.sh': script, 'other.sh': 'echo other >> runs\n' });
  const preparation = await Preparation.begin(new Reaper());
  const run = async (greeting: string, of = preparation, path = 'dependencies.sh') => {
    const spec = makeSpec({ dependencies: { shell: { path, named: true } } });
    const environment = { ...withoutUv, GREETING: greeting };
    await prepare({ projectDir, spec, environment, preparation: of, runDependenciesSh: true });
  };
  await run('hello');
  await run('hello');
  await run('good day');
  await run('hello', preparation, 'other.sh');
  await run('hello', await Preparation.begin(new Reaper()));
  assert.is(readFileSync(join(projectDir, 'runs'), 'utf8'), 'hello\ngood day\nother\nhello\n');
});

test('a dependencies.sh that failed is run again for the next API', async () => {
  const projectDir = makeTree({ 'dependencies.sh': 'echo run >> runs\ntest "$(wc -l < runs)" -gt 1\n' });
  const options = { projectDir, preparation: await Preparation.begin(new Reaper()), runDependenciesSh: true };
  await knownError(prepare(options), 'PONS_ERR_PROJECT_DEPENDENCIES_SH_FAILED');
  await prepare(options);
  assert.is(readFileSync(join(projectDir, 'runs'), 'utf8'), 'run\nrun\n');
});

test('what dependencies.sh prints is said, also through /dev/stderr', async () => {
  const projectDir = makeTree({ 'setup/deps.sh': 'echo "in $PWD" > /dev/stderr\necho out\n' });
  const spec = makeSpec({ dependencies: { shell: { path: 'setup/deps.sh', named: true } } });
  const { said } = await prepare({ projectDir, spec, runDependenciesSh: true });
  assert.equal(said, ['Running setup/deps.sh', `in ${projectDir}`, 'out']);
});

test('dependencies.sh ends at its first failing command, with an error that shows its last lines', async () => {
  const projectDir = makeTree({ 'dependencies.sh': 'echo before\nls /no/such/folder\ntouch after\n' });
  const error = await knownError(
    prepare({ projectDir, runDependenciesSh: true }),
    'PONS_ERR_PROJECT_DEPENDENCIES_SH_FAILED',
  );
  assert.match(error.message, /dependencies\.sh ended with exit code \d/);
  assert.match(error.message, /before\n.*\/no\/such\/folder/);
  assert.not.ok(existsSync(join(projectDir, 'after')));
});

test('a dependency file that the configuration names must be there; a default one need not', async () => {
  const projectDir = makeTree({ 'predictor.py': '' });
  assert.equal((await prepare({ projectDir })).said, []);
  for (const field of ['pip', 'conda', 'shell'] as const) {
    const spec = makeSpec({ dependencies: { [field]: { path: 'named.txt', named: true } } });
    const error = await knownError(prepare({ projectDir, spec }), 'PONS_ERR_PROJECT_DEPENDENCY_FILE_MISSING');
    assert.is(error.message, `predictor.dependencies.${field}: named.txt is not among the files of the project.`);
  }
});

test.run();
