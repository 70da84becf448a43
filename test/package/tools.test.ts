import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ROOT } from '../support/containers/images.ts';
import { makeProject } from '../support/project.ts';

const PROGRAM = `
import sys
sys.path.insert(0, sys.argv[1])
from tools import with_tools_if_lacking
answers = iter([(1, sys.argv[2]), (0, "")])
print(with_tools_if_lacking(lambda: next(answers), {"PATH": sys.argv[3]}))
`;
const APT = '#!/bin/sh\necho "$@" >> "$0.asked"\ncase "$*" in *" install "*) : > "$0.installed" ;; esac\n';
const DPKG = `#!/bin/sh
printf 'ii \\tlibc6\\n'
[ ! -e "\${0%/*}/apt-get.installed" ] || printf 'ii \\tgcc\\nii \\tlibgomp1\\nii \\tgit\\n'
`;
const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

/** What comes of an installation that fails once, having said this, and what apt-get was asked for. */
function install(said: string): { code: string; asked: string[] } {
  const folder = makeProject({ 'apt-get': APT, 'dpkg-query': DPKG });
  for (const name of ['apt-get', 'dpkg-query']) chmodSync(join(folder, name), 0o755);
  const path = `${folder}:/bin`;
  const env = { PATH: folder, PYTHONDONTWRITEBYTECODE: '1' };
  const args = ['-c', PROGRAM, join(ROOT, 'runtime/package/layer'), said, path];
  const printed = execFileSync(python, args, { env, encoding: 'utf8' }).trim().split('\n');
  const log = join(folder, 'apt-get.asked');
  const asked = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  return { code: printed.at(-1) ?? '', asked };
}

for (const said of [
  "ERROR: Cannot find command 'git' - do you have 'git' installed and in your PATH?",
  "error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory",
  "unable to execute 'gcc': No such file or directory",
  'RuntimeError: Unsupported compiler -- at least C++11 support is needed!',
]) {
  test(`"${said}" is answered with compilers and git, which go again but for what runs with them`, () => {
    const { code, asked } = install(said);
    assert.is(code, '0');
    assert.is(asked.length, 3);
    assert.match(asked[1] ?? '', / install .*build-essential git/);
    assert.match(asked[2] ?? '', / purge -qq -y gcc git$/);
  });
}

test('another failure is one', () => {
  assert.equal(install('ERROR: No matching distribution found for nosuch'), { code: '1', asked: [] });
});

test.run();
