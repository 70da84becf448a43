import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Reaper } from '../../../runtime/processes/reaper.ts';
import { Preparation } from '../../../runtime/project/dependencies/preparation.ts';
import { resolveInterpreter } from '../../../runtime/project/dependencies/interpreter.ts';
import { defaultPython, pythons } from '../../support/pythons.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { knownError } from '../support/errors.ts';
import { makeSpec } from '../support/spec.ts';
import { listTree, makeTree } from '../support/tree.ts';
import { prepare, runPython, withoutUv } from './support/prepare.ts';

/** A virtual environment in which these modules can be imported, without pip. */
function environmentWith(modules: readonly string[]): string {
  const folder = join(makeTempDir(), 'base');
  execFileSync(defaultPython.executable, ['-m', 'venv', '--without-pip', folder]);
  const site = runPython(join(folder, 'bin', 'python'), 'import site; print(site.getsitepackages()[0])');
  for (const name of modules) writeFileSync(join(site, `${name}.py`), `origin = 'interpreter'\n`);
  return join(folder, 'bin', 'python');
}

test('where nothing is to be installed the interpreter is used as it is', async () => {
  const tree = { 'predictor.py': 'import json\n', 'requirements.txt': '# nothing yet\n' };
  const stateDir = makeTempDir();
  const { executable, environmentPrefix, prefixes, said } = await prepare({ projectDir: makeTree(tree), stateDir });
  assert.is(executable, defaultPython.executable);
  assert.is(environmentPrefix, null);
  assert.ok(prefixes.length > 0 && prefixes.every((prefix) => existsSync(prefix)));
  assert.equal([said, listTree(stateDir)], [[], []]);
});

test('a preinstalled package that the project imports and the interpreter has is not installed', async () => {
  const interpreter = await resolveInterpreter(environmentWith(['numpy', 'boto3']));
  const projectDir = makeTree({
    'predictor.py': 'import numpy as np\nfrom boto3 import client\nimport not_preinstalled\n',
  });
  const { executable, said } = await prepare({ projectDir, interpreter });
  assert.equal([executable, said], [interpreter.executable, []]);
});

test('with pip, requirements are installed once, with progress, whatever modules the project has and wherever the machine leads pip', async () => {
  const projectDir = makeTree({
    'requirements.txt': '-r more/pins.txt\n',
    'more/pins.txt': '-c ../limits.txt\nsix\n',
    'limits.txt': 'six==1.16.0\n',
    'predictor.py': 'import six\n',
    'queue.py': 'raise ImportError("the queue of the project")\n',
    'logging.py': 'raise ImportError("the logging of the project")\n',
    'json.py': 'raise ImportError("the json of the project")\n',
  });
  const stateDir = makeTempDir();
  const elsewhere = makeTempDir();
  const settings = { PIP_USER: '1', PIP_TARGET: join(elsewhere, 'target'), PIP_PREFIX: elsewhere };
  const environment = { ...withoutUv, ...settings };
  const first = await prepare({ projectDir, stateDir, environment });
  assert.ok(
    first.said.some((line) => line.includes('Successfully installed six-1.16.0')),
    first.said.join('\n'),
  );
  assert.is(runPython(first.executable, 'import six; print(six.__version__)'), '1.16.0');
  assert.ok(first.prefixes.includes(first.environmentPrefix ?? '') && first.prefixes.includes(defaultPrefix()));
  writeFileSync(join(projectDir, 'predictor.py'), 'import six # changed\n');
  assert.equal(listTree(elsewhere), [], 'settings of the machine led pip elsewhere');
  const second = await prepare({ projectDir, stateDir, environment });
  assert.equal([second.executable, second.said], [first.executable, []]);
});

test("without requirements, what is missing comes on top of the interpreter's own packages", async () => {
  const interpreter = await resolveInterpreter(environmentWith(['torch', 'numpy']));
  const projectDir = makeTree({ 'predictor.py': 'import torch, numpy\nimport msgpack\n' });
  const { executable, said } = await prepare({ projectDir, interpreter });
  assert.ok(
    said.some((line) => line.startsWith('Installing msgpack, which the project imports')),
    said.join('\n'),
  );
  assert.is(
    runPython(executable, 'import torch, numpy, msgpack; print(torch.origin, numpy.origin)'),
    'interpreter interpreter',
  );
});

test('with --python nothing is installed; what is not and what is missing is said', async () => {
  const interpreter = await resolveInterpreter(environmentWith(['numpy']));
  const projectDir = makeTree({
    'requirements.txt': 'six\n',
    'conda-packages.txt': 'rdkit\n',
    'predictor.py': 'import numpy, yaml, pythonjsonlogger.jsonlogger\n',
    'tools/make.py': 'from grpc import aio\n',
  });
  const stateDir = makeTempDir();
  const { executable, said } = await prepare({ projectDir, stateDir, interpreter, python: interpreter.executable });
  assert.is(executable, interpreter.executable);
  assert.equal(said, [
    `conda-packages.txt and requirements.txt not installed: ${executable} is used as it is.`,
    `The project imports yaml (predictor.py), grpc (tools/make.py), pythonjsonlogger (predictor.py), which ${executable} lacks.`,
  ]);
  assert.equal(listTree(stateDir), []);
});

test('what is said of a Python that is used as it is comes once for all APIs of a project', async () => {
  const interpreter = await resolveInterpreter(environmentWith([]));
  const projectDir = makeTree({ 'requirements.txt': 'six\n', 'predictor.py': 'import numpy\n' });
  const preparation = await Preparation.begin(new Reaper());
  const options = { projectDir, interpreter, python: interpreter.executable, preparation };
  const all = await Promise.all([prepare(options), prepare(options), prepare(options)]);
  assert.equal(all.flatMap(({ said }) => said).sort(), [
    `The project imports numpy (predictor.py), which ${interpreter.executable} lacks.`,
    `requirements.txt not installed: ${interpreter.executable} is used as it is.`,
  ]);
});

test('what the image of a predictor type carried counts for that type only', async () => {
  const interpreter = await resolveInterpreter(environmentWith([]));
  const projectDir = makeTree({
    'lib/p.py': 'import onnxruntime, tensorflow\n',
    'lib/yaml.py': '',
    'q.py': 'import yaml\n',
  });
  const options = { projectDir, interpreter, python: 'named' };
  for (const [type, lacking] of [
    ['python', []],
    ['onnx', [`The project imports onnxruntime (lib/p.py), which ${interpreter.executable} lacks.`]],
    ['tensorflow', [`The project imports tensorflow (lib/p.py), which ${interpreter.executable} lacks.`]],
  ] as const) {
    assert.equal((await prepare({ ...options, spec: makeSpec({ type, pythonPath: 'lib' }) })).said, lacking);
  }
});

test('a failing pip is an error that shows its last lines, and leaves nothing that is taken for an environment', async () => {
  const projectDir = makeTree({ 'requirements.txt': '--no-index\nno-such-package-of-pons\n' });
  const stateDir = makeTempDir();
  const environment = { ...withoutUv, PIP_FIND_LINKS: '' };
  const error = await knownError(prepare({ projectDir, stateDir, environment }), 'PONS_ERR_PROJECT_INSTALL_FAILED');
  assert.match(error.message, 'requirements.txt could not be installed: pip install ended with exit code 1');
  assert.match(error.message, 'No matching distribution found for no-such-package-of-pons');
  assert.equal(listTree(stateDir), []);
});

test('an interpreter without the venv module is an error that says so', async () => {
  const interpreter = await resolveInterpreter(defaultPython.executable);
  const projectDir = makeTree({
    'requirements.txt': 'six\n',
    'sitecustomize.py': 'import sys; sys.modules["venv"] = None\n',
  });
  const environment = { ...withoutUv, PYTHONPATH: projectDir };
  const error = await knownError(prepare({ projectDir, environment, interpreter }), 'PONS_ERR_PROJECT_VENV_FAILED');
  assert.match(error.message, '-m venv ended with exit code 1');
});

test('the oldest Python that is supported installs too', async () => {
  const oldest = pythons[0] ?? defaultPython;
  const interpreter = await resolveInterpreter(oldest.executable);
  const { executable } = await prepare({ projectDir: makeTree({ 'requirements.txt': 'six\n' }), interpreter });
  assert.is(runPython(executable, 'import six, sys; print("%d.%d" % sys.version_info[:2])'), oldest.version);
});

function defaultPrefix(): string {
  return runPython(defaultPython.executable, 'import sys; print(sys.base_prefix)');
}

test.run();
