import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listProjectFiles, type ProjectFiles } from '../../runtime/project/files.ts';
import { deadline } from '../support/deadline.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { asOrdinaryUser, knownError } from './support/errors.ts';
import { filesByGit } from './support/git.ts';
import { makeTree } from './support/tree.ts';

async function list(root: string, config = 'cortex.yaml', stateDir = join(root, '.pons')): Promise<ProjectFiles> {
  return await deadline(60_000, listProjectFiles({ root, configFile: join(root, config), stateDir }), 'listing');
}

async function paths(root: string, config?: string): Promise<string[]> {
  return (await list(root, config)).files.map(({ path }) => path);
}

test('a predictor sees every file but compiled, hidden and debug ones, the configuration, and what .cortexignore excludes', async () => {
  const root = makeTree({
    'cortex.yaml': '',
    'other.yaml': '',
    'predictor.py': 'x',
    'a/b/c/deep.txt': '',
    'a/cortex.yaml': '',
    'a/.env': '',
    'a/__pycache__/x.py': '',
    'a/m.pyc': '',
    'm.pyo': '',
    'm.pyd': '',
    'folder.pyc/kept.txt': '',
    'cortex-debug-1.tgz': '',
    'cortex-debug-folder/kept.txt': '',
    '.hidden': '',
    '.git/config': '',
    '.pons/deployments/x/project/predictor.py': '',
    '.env': 'A=1',
    '.cortexignore': '*.bin\n!keep.bin\n!.hidden\n.env\n',
    'model.bin': '',
    'keep.bin': '',
    'empty.txt': '',
    'Ünïcode name.txt': '',
  });
  mkdirSync(join(root, 'empty-folder'));
  assert.equal(
    await paths(root),
    [
      '.env',
      'a/b/c/deep.txt',
      'a/cortex.yaml',
      'cortex-debug-folder/kept.txt',
      'empty.txt',
      'folder.pyc/kept.txt',
      'keep.bin',
      'other.yaml',
      'predictor.py',
      'Ünïcode name.txt',
    ].sort(),
  );
  assert.ok((await paths(root, 'other.yaml')).includes('cortex.yaml'));
  assert.not.ok((await paths(root, 'other.yaml')).includes('other.yaml'));
});

test('each file has its source, size and permission bits', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'run.sh': '12345' });
  chmodSync(join(root, 'run.sh'), 0o751);
  assert.equal((await list(root)).files, [{ path: 'run.sh', source: join(root, 'run.sh'), sizeBytes: 5, mode: 0o751 }]);
});

test('a folder called .env, as some name their virtual environment, is hidden like any other', async () => {
  assert.equal(await paths(makeTree({ 'cortex.yaml': '', '.env/bin/python': '', 'p.py': '' })), ['p.py']);
});

test('a tree under a long ignore file keeps the files that git would add', async () => {
  const ignoreFile = 'build/\n/data/*\n!/data/keep/\n**/tmp/**\nlogs/**/*.log\n!logs/keep.log\n*.o\nsrc/**/gen\n\\#x\n';
  const root = makeTree({
    'exclude-rules': ignoreFile,
    ...Object.fromEntries(
      [
        'build/a', 'src/build/b', 'src/build.txt', 'data/a', 'data/b/c', 'data/keep/d', 'x/data/e', 'tmp/f', 'x/tmp/y/g',
        'logs/1.log', 'logs/a/b/2.log', 'logs/keep.log', 'logs/a/keep.log', 'a.o', 'x/b.o', 'src/gen/h', 'src/a/gen/i', 'gen/j', '#x', 'x/#x',
      ].map((path) => [path, '']),
    ),
  }); // prettier-ignore
  const expected = filesByGit(root, 'exclude-rules');
  writeFileSync(join(root, 'cortex.yaml'), '');
  writeFileSync(join(root, '.cortexignore'), ignoreFile);
  assert.equal(await paths(root), expected);
  assert.ok(expected.length > 5);
});

test('links to files and folders are followed, also out of the project, and their names decide about exclusion', async () => {
  const shared = makeTree({ 'lib/util.py': 'shared', 'lib/.hidden': '', 'one.txt': '1' });
  const root = makeTree({ 'cortex.yaml': '', '.cortexignore': 'no/\n', 'real/x.py': '' });
  symlinkSync(join(shared, 'lib'), join(root, 'lib'));
  symlinkSync(join(shared, 'lib'), join(root, 'no'));
  symlinkSync(join(shared, 'one.txt'), join(root, 'one.txt'));
  symlinkSync('one.txt', join(root, '.one.txt'));
  symlinkSync('real', join(root, 'again'));
  const { files, notices } = await list(root);
  assert.equal(
    files.map(({ path }) => path),
    ['again/x.py', 'lib/util.py', 'one.txt', 'real/x.py'],
  );
  assert.equal(notices, []);
});

test('links in a circle, dangling links and links up are passed over with a notice', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'a/b/x.txt': '', 'c/y.txt': '', '.cortexignore': 'silent\n' });
  symlinkSync('..', join(root, 'a', 'up'));
  symlinkSync('.', join(root, 'self'));
  symlinkSync('/', join(root, 'machine'));
  symlinkSync('loop', join(root, 'loop'));
  symlinkSync('nowhere', join(root, 'dangling'));
  symlinkSync('nowhere', join(root, 'silent'));
  symlinkSync('../c', join(root, 'a', 'to-c'));
  symlinkSync('../a', join(root, 'c', 'to-a'));
  const { files, notices } = await list(root);
  assert.equal(
    files.map(({ path }) => path),
    ['a/b/x.txt', 'a/to-c/y.txt', 'c/to-a/b/x.txt', 'c/y.txt'],
  );
  assert.equal(notices.map((notice) => notice.split(' ')[0]), [
    'a/to-c/to-a', 'a/up', 'c/to-a/to-c', 'c/to-a/up', 'dangling', 'loop', 'machine', 'self',
  ]); // prettier-ignore
});

test('folders that link to one another in every order are listed in finite time', async () => {
  const folders = Array.from({ length: 12 }, (_, index) => `f${index}`);
  const root = makeTree({ 'cortex.yaml': '', ...Object.fromEntries(folders.map((name) => [`${name}/file`, ''])) });
  for (const from of folders) for (const to of folders) if (from !== to) symlinkSync(`../${to}`, join(root, from, to));
  const { files, notices } = await list(root);
  assert.ok(files.length >= 12 && files.length < 2000, `${files.length} files`);
  assert.ok(notices.some((notice) => notice.includes('more than')));
});

test('sockets and FIFOs are passed over with a notice and never opened', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'x.py': '' });
  execFileSync('mkfifo', [join(root, 'pipe')]);
  symlinkSync('pipe', join(root, 'link-to-pipe'));
  const server = createServer().listen(join(root, 'socket'));
  await once(server, 'listening');
  const { files, notices } = await list(root);
  server.close();
  assert.equal(
    files.map(({ path }) => path),
    ['x.py'],
  );
  assert.equal(
    notices.map((notice) => notice.split(' ')[0]),
    ['link-to-pipe', 'pipe', 'socket'],
  );
});

test('a file whose name is not UTF-8 is passed over with a notice', async () => {
  const root = makeTree({ 'cortex.yaml': '' });
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x61, 0xff])]), '');
  assert.match((await list(root)).notices.join(), 'not UTF-8');
});

test('a state folder inside the project under an ordinary name is not part of it', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'state/deployments/x/project/p.py': '', 'p.py': '' });
  const { files } = await list(root, 'cortex.yaml', join(root, 'state'));
  assert.equal(
    files.map(({ path }) => path),
    ['p.py'],
  );
});

test('every other state folder inside the project is not part of it either', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'of-another/.pons-state': '', 'of-another/store.db': '', 'p.py': '' });
  assert.equal(await paths(root), ['p.py']);
});

test('a folder that may not be listed is an error that names it, unless it is excluded', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'closed/x': '', '.cortexignore': '' });
  chmodSync(root, 0o755);
  chmodSync(join(root, 'closed'), 0o000);
  const error = await asOrdinaryUser(() => knownError(list(root), 'PONS_ERR_PROJECT_UNREADABLE'));
  assert.ok(error.message.startsWith(join(root, 'closed')), error.message);
  writeFileSync(join(root, '.cortexignore'), 'closed\n');
  assert.equal(await asOrdinaryUser(() => paths(root)), []);
  chmodSync(join(root, 'closed'), 0o755);
});

test('why an existing file is excluded is told in words, by the rule for it or for a folder above', async () => {
  const root = makeTree({
    'cortex.yaml': '', '.cortexignore': 'models/\n\n*.bin\n', 'models/a/b.py': '', 'x.bin': '', '.hidden/p.py': '', 'a.pyc': '',
    'cortex-debug-1': '', '__pycache__/x.py': '', 'p.py': '', '.env': '',
  }); // prettier-ignore
  const { whyExcluded } = await list(root);
  for (const [path, reason] of [
    ['models/a/b.py', 'line 1 of .cortexignore (models/)'],
    ['models', 'line 1 of .cortexignore (models/)'],
    ['./x.bin', 'line 3 of .cortexignore (*.bin)'],
    ['.hidden/p.py', 'the rule for names that begin with "." (.hidden)'],
    ['a.pyc', 'the rule for *.pyc files'],
    ['cortex-debug-1', 'the rule for names that begin with "cortex-debug-"'],
    ['__pycache__/x.py', 'the rule for __pycache__ folders'],
    ['cortex.yaml', 'being the configuration file'],
    ['p.py', null],
    ['.env', null],
    ['missing.bin', null],
    ['p.py/below', null],
    ['../outside', null],
    ['/etc/passwd', null],
    ['.', null],
  ] as const) {
    assert.is(whyExcluded(path), reason, path);
  }
});

test('a project in an empty folder, and one of many files, are listed', async () => {
  assert.equal(await paths(makeTempDir()), []);
  const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`d${index % 40}/f${index}`, '']));
  assert.is((await paths(makeTree(many))).length, 2000);
});

test.run();
