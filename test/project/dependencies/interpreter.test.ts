import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveInterpreter, type Interpreter } from '../../../runtime/project/dependencies/interpreter.ts';
import { waitForDeaths } from '../../support/processes.ts';
import { defaultPython, pythons } from '../../support/pythons.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { knownError } from '../support/errors.ts';
import { writeScript } from './support/prepare.ts';

async function resolveOnPath(path: string, python: string | null = null): Promise<Interpreter> {
  const before = process.env['PATH'];
  process.env['PATH'] = path;
  try {
    return await resolveInterpreter(python);
  } finally {
    process.env['PATH'] = before;
  }
}

function folderWith(scripts: Readonly<Record<string, string>>): string {
  const folder = makeTempDir();
  for (const [name, script] of Object.entries(scripts)) writeScript(join(folder, name), script);
  return folder;
}

test('the Python on the PATH is known by its real executable, not by a shim', async () => {
  const { executable, version } = await resolveInterpreter(null);
  assert.is(executable, defaultPython.executable);
  assert.is(version.slice(0, 2).join('.'), defaultPython.version);
});

for (const { executable, version } of pythons) {
  test(`Python ${version} is usable by its path`, async () => {
    const interpreter = await resolveInterpreter(executable);
    assert.is(interpreter.version.slice(0, 2).join('.'), version);
    assert.is(interpreter.prefix, interpreter.basePrefix);
    assert.ok(interpreter.packageDirs.length > 0);
  });
}

test('a python3 that fails is passed over for the next one on the PATH, then for python', async () => {
  const failing = folderWith({ python3: '#!/bin/sh\necho "pyenv: python3: command not found" >&2\nexit 127\n' });
  const working = folderWith({ python: `#!/bin/sh\nexec ${defaultPython.executable} "$@"\n` });
  const other = makeTempDir();
  symlinkSync(defaultPython.executable, join(other, 'python3'));
  assert.is(
    (await resolveOnPath(`${failing}:${other}:/usr/bin:/bin`)).version.slice(0, 2).join('.'),
    defaultPython.version,
  );
  assert.is((await resolveOnPath(`${failing}:${working}:/nowhere`)).executable, defaultPython.executable);
});

test('an error names everything that was tried, and why each did not do', async () => {
  const failing = folderWith({
    python3: '#!/bin/sh\necho "pyenv: python3: command not found" >&2\nexit 127\n',
    python: '#!/bin/sh\nkill -9 $$\n',
  });
  const error = await knownError(resolveOnPath(failing), 'PONS_ERR_PROJECT_PYTHON_UNUSABLE');
  assert.match(error.message, `${failing}/python3 (pyenv: python3: command not found)`);
  assert.match(error.message, `${failing}/python (`);
  const none = await knownError(resolveOnPath(makeTempDir()), 'PONS_ERR_PROJECT_PYTHON_UNUSABLE');
  assert.match(none.message, 'python3 (not on the PATH); python (not on the PATH)');
});

test('a Python that is named by name is looked for on the PATH', async () => {
  const folder = folderWith({ 'python3.99': `#!/bin/sh\nexec ${defaultPython.executable} "$@"\n` });
  assert.is((await resolveOnPath(folder, 'python3.99')).executable, defaultPython.executable);
  const error = await knownError(resolveOnPath(folder, 'python3.98'), 'PONS_ERR_PROJECT_PYTHON_UNUSABLE');
  assert.match(error.message, 'python3.98 (not on the PATH)');
});

test('what is not a usable Python is refused with the reason', async () => {
  const folder = folderWith({
    silent: '#!/bin/sh\nexit 0\n',
    old: `#!/bin/sh\necho 'pons-interpreter:{"executable":"x","version":[2,7,18],"prefix":"x","basePrefix":"x","packageDirs":[]}'\n`,
    older: `#!/bin/sh\necho 'pons-interpreter:{"executable":"x","version":[3,5,9],"prefix":"x","basePrefix":"x","packageDirs":[]}'\n`,
    broken: '#!/no/such/interpreter\n',
  });
  mkdirSync(join(folder, 'venv', 'bin'), { recursive: true });
  for (const [name, reason] of [
    ['silent', 'not a Python'],
    ['old', 'Python 2.7.18; at least 3.6 is needed'],
    ['older', 'Python 3.5.9; at least 3.6 is needed'],
    ['broken', 'cannot be started'],
    ['venv', `did you mean ${folder}/venv/bin/python?`],
    ['missing', 'does not exist'],
  ] as const) {
    const error = await knownError(resolveInterpreter(join(folder, name)), 'PONS_ERR_PROJECT_PYTHON_UNUSABLE');
    assert.ok(error.message.includes(`${join(folder, name)} (`) && error.message.includes(reason), error.message);
  }
});

test('a virtual environment is used as such, also where a start-up file prints', async () => {
  const folder = join(makeTempDir(), 'venv');
  execFileSync(defaultPython.executable, ['-m', 'venv', '--without-pip', folder]);
  const site = execFileSync(join(folder, 'bin', 'python'), ['-c', 'import site; print(site.getsitepackages()[0])'], {
    encoding: 'utf8',
  });
  writeScript(join(site.trim(), 'noise.pth'), 'import sys; sys.stdout.write("hello from a start-up file\\n")\n');
  const interpreter = await resolveInterpreter(join(folder, 'bin', 'python'));
  assert.is(interpreter.prefix, folder);
  assert.is.not(interpreter.basePrefix, folder);
  assert.equal(interpreter.packageDirs, [site.trim()]);
});

test('a Python that is no longer waited for is ended', async () => {
  const started = join(makeTempDir(), 'started');
  const folder = folderWith({ python3: `#!/bin/sh\necho $$ >'${started}'\nexec sleep 60\n` });
  const abort = new AbortController();
  const resolving = resolveInterpreter(join(folder, 'python3'), abort.signal);
  while (!existsSync(started) || readFileSync(started, 'utf8') === '') await pause(5);
  const reason = new Error('enough');
  abort.abort(reason);
  assert.is(await resolving.catch((error: unknown) => error), reason);
  await waitForDeaths([Number(readFileSync(started, 'utf8'))], 30_000);
});

test.run();
