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

test("the project's .env and pip's settings are copied to where only their owner reads them", async () => {
  const root = makeProject({ '.env': 'A=1\n' });
  const home = makeProject({ '.config/pip/pip.conf': '[global]\n', '.netrc': 'machine host\n' });
  const { files, notices } = await gatherSecrets(root, join(makeTempDir(), 's'), { HOME: home });
  assert.equal([...files.keys()], ['dotenv', 'pip.conf', 'netrc']);
  for (const file of files.values()) assert.is(statSync(file).mode & 0o777, 0o600);
  assert.is(readFileSync(files.get('dotenv') ?? '', 'utf8'), 'A=1\n');
  assert.is(notices.length, 2);
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
