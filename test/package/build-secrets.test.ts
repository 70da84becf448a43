import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { gatherSecrets } from '../../runtime/package/build-secrets.ts';
import { makeProject } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';

test('a machine and a project without secrets give none', async () => {
  const { files, notices } = await gatherSecrets(makeTempDir(), join(makeTempDir(), 's'), { HOME: makeTempDir() });
  assert.is(files.size, 0);
  assert.equal(notices, []);
});

test("the project's .env and pip's settings are used where they lie, so that no copy of them can be left behind", async () => {
  const root = makeProject({ '.env': 'A=1\n' });
  const home = makeProject({ '.config/pip/pip.conf': '[global]\n', '.netrc': 'machine host\n' });
  const { files, notices } = await gatherSecrets(root, join(makeTempDir(), 's'), { HOME: home });
  assert.equal([...files.keys()], ['dotenv', 'pip.conf', 'netrc']);
  assert.equal([...files.values()], [join(root, '.env'), join(home, '.config/pip/pip.conf'), join(home, '.netrc')]);
  assert.is(notices.length, 2);
});

test('a file whose path an engine would misread is copied to where only its owner reads it', async () => {
  const root = makeProject({ 'a,b/.env': 'A=1\n' });
  const { files } = await gatherSecrets(join(root, 'a,b'), join(makeTempDir(), 's'), { HOME: makeTempDir() });
  const copy = files.get('dotenv') ?? '';
  assert.is(readFileSync(copy, 'utf8'), 'A=1\n');
  assert.is(statSync(copy).mode & 0o777, 0o600);
});

test('variables that tell where packages come from are read by a shell as they are, others are not taken', async () => {
  const url = `https://user:it's "secret" $HOME@host/simple`;
  const environment = {
    HOME: makeTempDir(),
    PIP_INDEX_URL: url,
    https_proxy: 'http://proxy',
    PIP_FIND_LINKS: '/w',
    A: '1',
  };
  const { files, notices } = await gatherSecrets(makeTempDir(), join(makeTempDir(), 's'), environment);
  const script = '. "$1"; printf %s "$PIP_INDEX_URL|$https_proxy|$PIP_FIND_LINKS"';
  const read = execFileSync('bash', ['-c', script, 'bash', files.get('machine') ?? ''], { encoding: 'utf8', env: {} });
  assert.is(read, `${url}|http://proxy|`);
  assert.not.match(notices.join(), 'secret');
});

test.run();
