import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listProjectFiles, type ProjectFiles } from '../../runtime/project/files.ts';
import { copyView, removeStaleDeployments, stageProject, type Snapshot } from '../../runtime/project/staging.ts';
import { deadline } from '../support/deadline.ts';
import { notRun } from '../support/not-run.ts';
import { until } from '../support/redis/until.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { asOrdinaryUser, knownError } from './support/errors.ts';
import { listTree, makeTree } from './support/tree.ts';

async function list(root: string): Promise<ProjectFiles> {
  return await listProjectFiles({ root, configFile: join(root, 'cortex.yaml'), stateDir: join(root, '.pons') });
}

async function stage(root: string, linkedModels: readonly string[] = []): Promise<Snapshot> {
  return await stageProject({ project: await list(root), stateDir: join(root, '.pons'), linkedModels });
}

test('a snapshot holds exactly the files that the rules allow, in a folder of its own below the state folder', async () => {
  const shared = makeTree({ 'util.py': 'shared' });
  const root = makeTree({
    'cortex.yaml': '',
    'p.py': 'code',
    'a/b/c.txt': 'deep',
    'x.pyc': '',
    '.env': 'A=1',
    '.git/HEAD': '',
  });
  symlinkSync(shared, join(root, 'lib'));
  const first = await stage(root);
  const second = await stage(root);
  assert.equal(listTree(first.dir), ['.env', 'a/b/c.txt', 'lib/util.py', 'p.py']);
  assert.equal(listTree(second.dir), listTree(first.dir));
  assert.is.not(first.dir, second.dir);
  assert.is(dirname(dirname(first.dir)), join(root, '.pons', 'deployments'));
  assert.is(readFileSync(join(first.dir, 'lib', 'util.py'), 'utf8'), 'shared');
  assert.equal(first.notices, []);
});

test('neither a write in the snapshot nor one in the source reaches the other', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'values.json': '1' });
  const { dir } = await stage(root);
  writeFileSync(join(dir, 'values.json'), '2');
  assert.is(readFileSync(join(root, 'values.json'), 'utf8'), '1');
  writeFileSync(join(root, 'values.json'), '3');
  assert.is(readFileSync(join(dir, 'values.json'), 'utf8'), '2');
  assert.is(statSync(join(dir, 'values.json')).nlink, 1);
});

test('executable bits are kept, copies can be written, and they belong to the user and his own group', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'run.sh': '', 'read-only': '', secret: '' });
  chmodSync(join(root, 'run.sh'), 0o755);
  chmodSync(join(root, 'read-only'), 0o444);
  chmodSync(join(root, 'secret'), 0o600);
  mkdirSync(join(root, '.pons'));
  chmodSync(join(root, '.pons'), 0o2777);
  const { dir } = await stage(root);
  const modeOf = (name: string): number => statSync(join(dir, name)).mode & 0o7777;
  assert.equal([modeOf('run.sh'), modeOf('read-only'), modeOf('secret')], [0o755, 0o644, 0o600]);
  assert.is(statSync(dirname(dir)).mode & 0o7777, 0o700);
  const { uid, gid } = statSync(join(dir, 'run.sh'));
  assert.equal([uid, gid], [process.geteuid?.(), process.getegid?.()]);
});

test('local model folders are linked to instead of copied, and excluded or missing ones are not there', async () => {
  const root = makeTree({
    'cortex.yaml': '', '.cortexignore': 'hidden/\n', 'p.py': '', 'models/iris/1/a.onnx': 'A', 'models/b.onnx': 'B', 'models2/x': '', 'hidden/h.onnx': '',
  }); // prettier-ignore
  const { dir, linkedDirs } = await stage(root, [
    'models/iris',
    './models//b.onnx',
    'models/iris/1/',
    'hidden',
    'nowhere',
    'models/iris',
  ]);
  assert.equal(listTree(dir), [
    `models/b.onnx -> ${root}/models/b.onnx`,
    `models/iris -> ${root}/models/iris`,
    'models2/x',
    'p.py',
  ]);
  assert.equal([...linkedDirs].sort(), [`${root}/models`, `${root}/models/iris`]);
  const view = join(makeTempDir(), 'view');
  await copyView(dir, view);
  assert.equal(listTree(view), listTree(dir));
});

test('a file that is gone when its turn comes, or has become a folder, is told and does not stop the rest', async () => {
  const root = makeTree({ 'cortex.yaml': '', a: '', b: '', 'c/d': '', e: '' });
  const project = await list(root);
  unlinkSync(join(root, 'b'));
  rmSync(join(root, 'c'), { recursive: true });
  unlinkSync(join(root, 'e'));
  mkdirSync(join(root, 'e'));
  const { dir, notices } = await stageProject({ project, stateDir: join(root, '.pons'), linkedModels: [] });
  assert.equal(listTree(dir), ['a']);
  assert.equal(
    notices.map((notice) => notice.split(' ')[0]),
    ['b', 'c/d', 'e'],
  );
});

test('files that change while they are copied do not stop it', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `f${index}`);
  const root = makeTree({ 'cortex.yaml': '', ...Object.fromEntries(names.map((name) => [name, 'x'.repeat(50_000)])) });
  const project = await list(root);
  const staging = stageProject({ project, stateDir: join(root, '.pons'), linkedModels: [] });
  for (const name of names) writeFileSync(join(root, name), 'y');
  for (const name of names.slice(0, 100)) unlinkSync(join(root, name));
  const { dir } = await staging;
  assert.ok(listTree(dir).length >= 100);
});

test('a file that becomes shorter while it is copied does not stop it', async () => {
  const root = makeTree({ 'cortex.yaml': '', large: '' });
  // Without blocks on the disk, and long enough for the copy to be under way still when it has begun.
  truncateSync(join(root, 'large'), 512 * 1024 ** 2);
  const project = await list(root);
  const deployments = join(root, '.pons', 'deployments');
  const staging = stageProject({ project, stateDir: join(root, '.pons'), linkedModels: [] });
  await until(() => {
    const begun = existsSync(deployments) ? listTree(deployments).map((path) => join(deployments, path)) : [];
    return Promise.resolve(begun.some((path) => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) || null);
  });
  truncateSync(join(root, 'large'), 1);
  const { dir } = await deadline(60_000, staging, 'staging');
  assert.equal(listTree(dir), ['large']);
});

test('a file that may not be read is an error that names it, and nothing is left behind', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'a/closed.txt': '', b: '' });
  chmodSync(join(root, 'a', 'closed.txt'), 0o000);
  chmodSync(root, 0o777);
  const error = await asOrdinaryUser(() => knownError(stage(root), 'PONS_ERR_PROJECT_UNREADABLE'));
  assert.ok(error.message.startsWith(join(root, 'a', 'closed.txt')), error.message);
  assert.equal(listTree(join(root, '.pons')), []);
});

test('a state folder that cannot be made is an error that names it', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'p.py': '', file: '' });
  const staging = stageProject({ project: await list(root), stateDir: join(root, 'file', 'state'), linkedModels: [] });
  const error = await knownError(staging, 'PONS_ERR_PROJECT_NOT_STAGED');
  assert.match(error.message, join(root, 'file', 'state', 'deployments'));
});

test('a full disk is said, and nothing is left behind', () => {
  const root = makeTree({ 'cortex.yaml': '', 'large.bin': Buffer.alloc(2_000_000, 1) });
  const state = makeTempDir();
  const program = join(import.meta.dirname, '..', 'fixtures', 'project', 'stage.ts');
  const script = `mount -t tmpfs -o size=1m none "$1" && "$2" --import tsx "$3" "$4" "$1" && ls -R "$1"`;
  const args = ['--map-root-user', '--mount', 'sh', '-c', script, 'sh', state, process.execPath, program, root];
  const { stdout, stderr, error } = spawnSync('unshare', args, { encoding: 'utf8' });
  if (error !== undefined || /unshare failed|permission denied|Operation not permitted/i.test(stderr)) {
    notRun('mount namespaces are not permitted here, so that there is no small disk');
    return;
  }
  assert.match(stdout, 'PONS_ERR_PROJECT_DISK_FULL', stderr);
  assert.match(stdout, 'The disk is full');
  assert.not.match(stdout, 'large.bin');
});

test('removing stale deployments keeps those named and survives a state folder without any', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'p.py': '' });
  const [first, second, third] = [await stage(root), await stage(root), await stage(root)];
  await removeStaleDeployments(join(root, '.pons'), [second.dir]);
  assert.equal(
    [first, second, third].map(({ dir }) => existsSync(dir)),
    [false, true, false],
  );
  await removeStaleDeployments(join(root, '.pons'), []);
  assert.not.ok(existsSync(second.dir));
  await removeStaleDeployments(join(root, 'nowhere'), []);
});

test('a view is a copy in which a process can write without reaching the snapshot', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'a/b.txt': 'pristine', 'run.sh': '' });
  chmodSync(join(root, 'run.sh'), 0o755);
  const { dir } = await stage(root);
  // As dependencies.sh does: what it makes in the project folder is there for every process.
  writeFileSync(join(dir, 'a', 'downloaded.bin'), '');
  const view = join(makeTempDir(), 'x', 'project');
  await copyView(dir, view);
  assert.equal(listTree(view), ['a/b.txt', 'a/downloaded.bin', 'run.sh']);
  assert.is(lstatSync(join(view, 'run.sh')).mode & 0o111, 0o111);
  writeFileSync(join(view, 'a', 'b.txt'), 'changed');
  assert.is(readFileSync(join(dir, 'a', 'b.txt'), 'utf8'), 'pristine');
});

test.run();
