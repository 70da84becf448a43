import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { clearLeftFolders, makeOwnedFolder } from '../../runtime/state/owned-folder.ts';
import { ROOT } from '../support/containers/images.ts';
import { TSX } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const MODULE = pathToFileURL(join(ROOT, 'runtime/state/owned-folder.ts')).href;
const PROGRAM = `import { makeOwnedFolder } from '${MODULE}'; console.log(await makeOwnedFolder('pons-x-')); setInterval(() => {}, 1000);`;

/** As it is left out of JSON. */
const UNTOLD = { namespace: undefined, startedAt: undefined };
/** More than any pid. Source: proc(5), /proc/sys/kernel/pid_max. */
const NOBODY = 2 ** 22 + 1;

/** Starts a process that makes a folder of its own and stays; resolves to both. */
async function owning(): Promise<readonly [ChildProcess, string]> {
  const args = ['--import', TSX, '--input-type=module', '--eval', PROGRAM];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return [child, said.toString().trim()];
}

test('a folder goes when its owner is gone, and not before; those of others never do', async () => {
  process.env['TMPDIR'] = makeTempDir();
  const [child, folder] = await owning();
  const anybodys = join(process.env['TMPDIR'], 'pons-x-anybodys');
  mkdirSync(anybodys);
  const mine = await makeOwnedFolder('pons-x-');
  assert.ok(existsSync(folder), 'its owner runs');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await clearLeftFolders('pons-y-');
  assert.ok(existsSync(folder), 'it is of another kind');
  await clearLeftFolders('pons-x-');
  assert.not(existsSync(folder));
  assert.ok(existsSync(anybodys));
  assert.ok(existsSync(mine));
});

for (const [what, change, goes] of [
  ['of an earlier process with the pid of one that runs goes', { startedAt: '1' }, true],
  ['of which only the pid and the host are told goes where no such process runs', { ...UNTOLD, pid: NOBODY }, true],
  ['of which only the pid and the host are told stays where such a process runs', UNTOLD, false],
  ['of which no pid is told stays', { pid: undefined, startedAt: '1' }, false],
  ['of another host stays', { host: 'elsewhere', startedAt: '1' }, false],
  ['of another container on this host stays', { namespace: 'pid:[1]', startedAt: '1' }, false],
] as const) {
  test(`a folder ${what}`, async () => {
    process.env['TMPDIR'] = makeTempDir();
    const folder = await makeOwnedFolder('pons-x-');
    const path = join(folder, 'owner.json');
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), ...change }));
    await clearLeftFolders('pons-x-');
    assert.is(existsSync(folder), !goes);
  });
}

test.run();
