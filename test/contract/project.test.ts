import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, askProcesses } from './support/ask.ts';
import { serveForAllTests } from './support/fixture-server.ts';
import { copyProject } from './support/project-copy.ts';
import { recordsWhere } from './support/records.ts';

interface SeenFiles {
  readonly files: string[];
  readonly folders: string[];
  readonly values: string;
  readonly modules: string[];
  readonly cwd: string;
  readonly project_dir: string;
  readonly dotenv: string;
}

interface SeenEnvironment {
  readonly environment: Readonly<Record<string, string>>;
  readonly child: string;
  readonly argv: string[];
  readonly cwd: string;
}

const UNSEEN = {
  'a.pyc': '',
  'b.pyo': '',
  'c.pyd': '',
  '__pycache__/shared.cpython-311.pyc': '',
  'lib/__pycache__/readme.txt': '',
  '.hidden': '',
  '.git/config': '',
  'lib/.hidden/file.txt': '',
  'lib/.env': 'NOT_READ=1',
  'cortex-debug-1.txt': '',
  'lib/cortex-debug-': '',
  'some.log': '',
  'lib/deep/other.log': '',
  'trailing ': '',
};
const project = copyProject('project', UNSEEN);
const machine = {
  MACHINE_VARIABLE: 'machine',
  SECOND: 'machine',
  THIRD: 'machine',
  PONS_SECRET: 'x',
  PYTHONPATH: '/opt/x',
};
const server = serveForAllTests(join(project, 'apis.yaml'), { env: machine });

const seen = () => ask<SeenFiles>(server.api('files'));
const environment = () => ask<SeenEnvironment>(server.api('environment'));

test('a predictor sees every file of the project but those that the rules and .cortexignore leave out', async () => {
  assert.equal((await seen()).files, [
    '.env',
    'cortex-debug.txt',
    'cortex.yaml',
    'keep.log',
    'lib/model.py',
    'logs.py',
    'models/a.txt',
    'models/keep.bin',
    'nested/build/out.txt',
    'notes/deep/final.txt',
    'predictors/environment.py',
    'predictors/files.py',
    'predictors/private_tmp.py',
    'predictors/with_python_path.py',
    'shared.py',
    'values.json',
  ]);
});

test('no folder that begins with a dot, and none that .cortexignore names, is there', async () => {
  const { folders } = await seen();
  for (const folder of ['.git', 'lib/.hidden', 'data', 'build']) assert.not.ok(folders.includes(folder), folder);
});

test('the working directory is the project: its files open by name', async () => {
  const { cwd, project_dir, values, dotenv } = await seen();
  assert.is(project_dir, cwd);
  assert.is(values, '{"size": 3}\n');
  assert.match(dotenv, '# read by bash');
});

test('the project root is on the import path, before anything of ours', async () => {
  assert.equal((await seen()).modules, ["the project's shared.py", "the project's logs.py"]);
});

test('python_path takes the place of the root on the import path, and the working directory stays', async () => {
  assert.equal(await ask(server.api('python-path')), {
    model: 'lib/model.py',
    root_is_importable: false,
    values: '{"size": 3}\n',
  });
});

test('the import path is appended to PYTHONPATH, and the folder of cortex_internal behind it', async () => {
  const { environment: all, cwd } = await environment();
  assert.match(String(all['PYTHONPATH']), new RegExp(`^/opt/x:${cwd}:/[^:]*/bridge/python$`));
});

test('.env is read as bash does: quotes, comments, export, references to itself, to predictor.env and to the machine', async () => {
  const { environment: all, child } = await environment();
  const expected = {
    PLAIN: 'value',
    QUOTED: 'two words',
    SINGLE: '$PLAIN is not expanded',
    EXPORTED: 'exported',
    HASH: 'a#b',
    FROM_FILE: 'value and more',
    FROM_CONFIG_BELOW: '/data/config/below',
    FROM_MACHINE: 'machine-suffix',
    DEFAULTED: 'default',
    EMPTY: '',
  };
  for (const [name, value] of Object.entries(expected)) assert.is(all[name], value, name);
  assert.is(child, 'value and more');
  assert.is(all['NOT_READ'], undefined);
});

test('the machine comes first, then predictor.env, then .env, the later one winning', async () => {
  const { environment: all } = await environment();
  assert.is(all['MACHINE_VARIABLE'], 'machine');
  assert.is(all['SECOND'], 'from predictor.env');
  assert.is(all['THIRD'], 'from .env');
});

test('numbers and booleans of predictor.env are their YAML text', async () => {
  const { environment: all } = await environment();
  assert.equal([all['NUMBER'], all['FLOAT'], all['BOOLEAN']], ['007', '1.50', 'yes']);
});

test("Cortex's own variables are set, and none that configures Pons is visible", async () => {
  const { environment: all, cwd } = await environment();
  assert.ok(all['PYTHONUNBUFFERED']);
  assert.is(all['CORTEX_KIND'], 'AsyncAPI');
  assert.is(all['CORTEX_LOG_LEVEL'], 'DEBUG');
  assert.is(all['CORTEX_PROJECT_DIR'], cwd);
  assert.equal(
    Object.keys(all).filter((name) => name.startsWith('PONS_')),
    [],
  );
});

test('each process has its own /tmp, and its own project folder to write in', async () => {
  interface Process {
    readonly pid: number;
    readonly model: string;
    readonly scratch: string;
    readonly temporary: string;
  }
  const processes = await askProcesses<Process>(server.api('private-tmp'), 2);
  assert.is(new Set(processes.map(({ pid }) => pid)).size, 2);
  for (const { pid, scratch } of processes) assert.is(scratch, String(pid));
  const shared = recordsWhere(server, ({ message }) => /no private mount namespaces/.test(String(message)));
  // A machine that permits no namespaces says so at start, and all processes share its /tmp.
  if (shared.length > 0) return;
  for (const { pid, model, temporary } of processes) assert.equal([model, temporary], [String(pid), '/tmp']);
});

test('what a predictor writes reaches neither the sources nor another API', async () => {
  await ask(server.api('private-tmp'));
  assert.not.ok((await seen()).files.includes('scratch.txt'));
  assert.not.ok(existsSync(join(project, 'scratch.txt')));
});

test.run();
