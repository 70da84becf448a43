import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ROOT } from '../support/containers/images.ts';
import { TSX } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const MODULE = pathToFileURL(join(ROOT, 'runtime/package/scratch.ts')).href;
const program = (rest: string) => [
  '--import',
  TSX,
  '--input-type=module',
  '--eval',
  `import { makeScratch } from '${MODULE}'; console.log(await makeScratch()); ${rest}`,
];

test('the folder of a build that was killed goes with the next one, that of a running one stays', async () => {
  const env = { ...process.env, TMPDIR: makeTempDir() };
  const running = spawn(process.execPath, program('setInterval(() => {}, 1000);'), {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(running.stdout, 'data')) as [Buffer];
  const folder = said.toString().trim();
  writeFileSync(join(folder, 'machine'), 'PIP_INDEX_URL=hidden\n');
  const anybodys = join(env.TMPDIR, 'pons-build-anybodys');
  mkdirSync(anybodys);
  const next = () => execFileSync(process.execPath, program(''), { env, encoding: 'utf8' }).trim();
  next();
  assert.ok(existsSync(folder));
  running.kill('SIGKILL');
  await once(running, 'exit');
  assert.ok(existsSync(next()));
  assert.not(existsSync(folder));
  assert.ok(existsSync(anybodys));
});

test.run();
