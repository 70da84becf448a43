import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { notRun } from '../../support/not-run.ts';
import { defaultPython } from '../../support/pythons.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { knownError } from '../support/errors.ts';
import { makeTree } from '../support/tree.ts';
import { prepare, runPython, withoutUv, writeScript } from './support/prepare.ts';

/** A PATH whose only conda tools are stand-ins that record their arguments and make a virtual environment at `--prefix`. */
function withTools(
  names: readonly string[],
  exit = '',
  venv = '-m venv',
): { environment: Record<string, string>; calls: () => string[] } {
  const bin = makeTempDir();
  const record = join(bin, 'calls');
  const make = `while [ "$1" != --prefix ]; do shift; done; exec ${defaultPython.executable} ${venv} "$2"`;
  for (const name of names) {
    writeScript(
      join(bin, name),
      `#!/bin/sh\necho "${name} $* in $PWD" >> ${record}\necho "Solving environment"\n${exit}\n${make}\n`,
    );
  }
  const environment = { ...withoutUv, PATH: `${bin}:${withoutUv.PATH}` };
  return { environment, calls: () => readFileSync(record, 'utf8').trim().split('\n') };
}

test('conda-packages.txt is installed into an environment below the state folder, then requirements.txt into it', async () => {
  const projectDir = makeTree({
    'conda-packages.txt': 'conda-forge::rdkit\npython-dateutil\n',
    'requirements.txt': 'six\n',
  });
  const stateDir = makeTempDir();
  const { environment, calls } = withTools(['conda', 'mamba', 'micromamba']);
  const first = await prepare({ projectDir, stateDir, environment });
  const prefix = first.environmentPrefix ?? '';
  assert.ok(prefix.startsWith(join(stateDir, 'environments')));
  assert.equal(calls(), [
    `mamba create --yes --prefix ${prefix} --file conda-packages.txt python=${defaultPython.version} pip in ${projectDir}`,
  ]);
  assert.ok(first.said.includes('Solving environment'));
  assert.is(runPython(first.executable, 'import six; print("found")'), 'found');
  assert.equal((await prepare({ projectDir, stateDir, environment })).said, []);
  assert.is(calls().length, 1);
});

test('a file that names python itself gets no other version, and conda serves where it is the only one', async () => {
  const projectDir = makeTree({ 'conda-packages.txt': '# all\nrdkit\npython>=3.8\n' });
  const { environment, calls } = withTools(['conda'], '', '-m venv --without-pip');
  await prepare({ projectDir, environment });
  assert.match(calls()[0] ?? '', /^conda create --yes --prefix \S+ --file conda-packages\.txt pip in /);
});

test('a failing conda is an error that shows its last lines', async () => {
  const projectDir = makeTree({ 'conda-packages.txt': 'rdkit\n' });
  const { environment } = withTools(['micromamba'], 'echo "nothing provides rdkit" >&2; exit 4');
  const error = await knownError(prepare({ projectDir, environment }), 'PONS_ERR_PROJECT_INSTALL_FAILED');
  assert.match(error.message, 'conda-packages.txt could not be installed: micromamba create ended with exit code 4');
  assert.match(error.message, 'nothing provides rdkit');
});

test('without any conda tool the error says what to do', async () => {
  const projectDir = makeTree({ 'conda-packages.txt': 'rdkit\n' });
  const environment = { ...withoutUv, PATH: '/usr/bin:/bin' };
  const error = await knownError(prepare({ projectDir, environment }), 'PONS_ERR_PROJECT_CONDA_MISSING');
  assert.match(error.message, 'none of mamba, micromamba and conda is on the PATH');
  assert.match(error.fix, '--python');
});

test('a real conda installs a package from a channel', () => {
  notRun('conda channel: none is reachable, so that only stand-ins for conda, mamba and micromamba were run');
});

test.run();
