import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keepSecrets } from '../../../runtime/package/compose/secrets.ts';
import { codeOf, messageOf } from '../../workloads/samples.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const read = (folder: string, name: string) => readFileSync(join(folder, '.pons-secrets', name), 'utf8').trim();

test('a password is made once, and the URL holds it', async () => {
  const folder = makeTempDir();
  await keepSecrets(folder, 'redis');
  const password = read(folder, 'redis-password');
  assert.match(password, /^[0-9a-f]{64}$/);
  assert.is(read(folder, 'redis-url'), `redis://:${password}@redis:6379/0`);
  await keepSecrets(folder, 'redis');
  assert.is(read(folder, 'redis-password'), password);
});

test('the folder is for its user only, and what is mounted out of it can be read by any user of a container', async () => {
  const folder = makeTempDir();
  const umask = process.umask(0o077);
  try {
    await keepSecrets(folder, 'redis');
  } finally {
    process.umask(umask);
  }
  const modeOf = (...names: string[]) => statSync(join(folder, '.pons-secrets', ...names)).mode & 0o777;
  assert.equal([modeOf(), modeOf('redis-password'), modeOf('redis-url')], [0o700, 0o644, 0o644]);
});

test('a password that somebody else wrote is kept, and written into the URL as one', async () => {
  const folder = makeTempDir();
  mkdirSync(join(folder, '.pons-secrets'));
  writeFileSync(join(folder, '.pons-secrets', 'redis-password'), 'p@ss/w:rd\n');
  await keepSecrets(folder, 'redis');
  assert.is(decodeURIComponent(new URL(read(folder, 'redis-url')).password), 'p@ss/w:rd');
});

test('a password that a container could not read as it is meant is refused, and not shown', async () => {
  for (const [password, reason] of [
    ['passw0rd\r\n', 'a control character'],
    ['passw0rd\nmore\n', 'a control character'],
    ['passw\t0rd', 'a control character'],
    [Buffer.from('passw0rd\xff', 'latin1'), 'not UTF-8'],
  ] as const) {
    const folder = makeTempDir();
    mkdirSync(join(folder, '.pons-secrets'));
    writeFileSync(join(folder, '.pons-secrets', 'redis-password'), password);
    const refusal = keepSecrets(folder, 'redis');
    assert.is(await codeOf(refusal), 'PONS_ERR_EXPORT_PASSWORD');
    const message = await messageOf(refusal);
    assert.match(message, reason);
    assert.not.match(message, '0rd');
  }
});

test.run();
