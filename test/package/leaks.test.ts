import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ROOT } from '../support/containers/images.ts';
import { leaksIn, LEAKS_PROGRAM } from '../support/package/leaks.ts';
import { makeProject } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';

for (const [url, secret] of [
  ['https://TOKENabcdef@host/simple', 'TOKENabcdef'],
  ['https://TOKENabcdef:@host/simple', 'TOKENabcdef'],
  ['https://reader:hidden-4711@host/simple', 'hidden-4711'],
  ['https://:hidden-4711@host/simple', 'hidden-4711'],
  ['https://reader:pass:word@host/simple', 'pass:word'],
  ['https://reader:pass@word@host/simple', 'pass@word'],
  ['https://reader:pass%40word@host/simple', 'pass%40word'],
  ['https://reader:pass%40word@host/simple', 'pass@word'],
  ['https://ghp_0123456789abcdefghij:x-oauth-basic@host/simple', 'ghp_0123456789abcdefghij'],
] as const) {
  test(`${secret} of ${url} is a secret`, () => {
    const files = { 'etc/a.conf': `password = ${secret}\n` };
    assert.equal(leaksIn({ secrets: { 'pip.conf': `[global]\nindex-url = ${url}\n` }, files }), [
      ['etc/a.conf', 'the password in pip.conf'],
    ]);
  });
}

test("a user's name beside a password is none, nor is what is no part of a user", () => {
  const secrets = { machine: "PIP_INDEX_URL='https://reader:hidden-4711@host/simple'\nPIP_PROXY='http://proxy/a@b'\n" };
  assert.equal(leaksIn({ secrets, files: { 'etc/a.conf': 'reader of proxy/a@b at host/simple' } }), []);
});

test('a secret in the name of a file or a folder, or in what a link leads to, is found, and not printed', () => {
  const folder = makeProject({ 'hidden-4711/a': '', 'b-hidden-4711.txt': '', 'given/hidden-4711.py': '', 'c.txt': '' });
  mkdirSync(join(folder, 'project'));
  writeFileSync(join(folder, 'project/hidden-4711.py'), '');
  symlinkSync('/nowhere/hidden-4711', join(folder, 'link'));
  const paths = ['hidden-4711', 'hidden-4711/a', 'b-hidden-4711.txt', 'c.txt', 'link', 'project/hidden-4711.py'];
  const args = [join(ROOT, 'runtime/package/layer'), folder, makeTempDir(), JSON.stringify(paths)];
  const dotenv = JSON.stringify({ API_TOKEN: 'hidden-4711' });
  const found = execFileSync('python3', ['-B', '-c', LEAKS_PROGRAM, ...args, dotenv, '[]'], { encoding: 'utf8' });
  const name = 'the value of API_TOKEN of .env';
  assert.equal(JSON.parse(found), [
    ['***', name],
    ['b-***.txt', name],
    ['link', name],
  ]);
});

test('a file of the project is looked at where it is not what was given any more', () => {
  const files = {
    'given/settings.py': 'A = 1\n',
    'project/settings.py': 'A = 1\nhidden-4711\n',
    'given/own.py': 'hidden-4711\n',
    'project/own.py': 'hidden-4711\n',
    'project/made.py': 'hidden-4711\n',
  };
  assert.equal(leaksIn({ files, dotenv: { API_TOKEN: 'hidden-4711' } }), [
    ['project/settings.py', 'the value of API_TOKEN of .env'],
    ['project/made.py', 'the value of API_TOKEN of .env'],
  ]);
});

for (const [name, value] of [
  ['AUTHOR', 'Python-3.11'],
  ['KEYWORDS', 'import-4711'],
  ['COOKIE_PATH', 'hidden-4711'],
  ['API_KEY_FILE', '/run/secrets/api-key'],
  ['AUTH_URL', 'https://login.example.com/'],
  ['DB_PASSWORD', 'password'],
  ['DB_PASSWORD', 'authorization'],
  ['DB_PASSWORD', 'Changeme123'],
  ['DB_PASSWORD', 'xxxx-xxxx-xxxx'],
  ['DATABASE_URL', 'postgresql://postgres:postgres@db/app'],
] as const) {
  test(`a file that holds what ${name}=${value} says holds no secret`, () => {
    assert.equal(leaksIn({ dotenv: { [name]: value }, files: { 'lib/a.py': `${value} postgres` } }), []);
  });
}

for (const [name, value] of [
  ['API_TOKEN', 'hidden-4711'],
  ['apiKey', 'hqzxkvbnwp'],
  ['OPENAI_APIKEY2', 'sk-Zf81mQ'],
  ['PGPASSWORD', 'correct horse battery'],
  ['GITHUB_PAT', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
  ['SENTRY_DSN', 'https://0a1b2c3d@sentry.example/1'],
] as const) {
  test(`a file that holds what ${name}=${value} says holds a secret`, () => {
    const files = { 'etc/a.conf': `a=${value}\r\n` };
    assert.equal(leaksIn({ dotenv: { [name]: `${value}\r` }, files }), [
      ['etc/a.conf', `the value of ${name} of .env`],
    ]);
  });
}

test("the password in a URL that .env sets is a secret, whatever the variable's name", () => {
  const dotenv = { DATABASE_URL: 'postgresql://app:hidden-4711@db/app' };
  assert.equal(leaksIn({ dotenv, files: { a: 'hidden-4711' } }), [['a', 'the password in DATABASE_URL of .env']]);
});

test('what is named as no secret is none, wherever it is set', () => {
  const dotenv = { PUBLIC_KEY: 'shown-4711', COPY_KEY: 'shown-4711', API_TOKEN: 'hidden-4711' };
  const secrets = { machine: "PIP_INDEX_URL='https://reader:shown-4712@host/simple'\n" };
  const files = { a: 'shown-4711 shown-4712 hidden-4711' };
  assert.equal(leaksIn({ secrets, dotenv, files, notSecret: ['PUBLIC_KEY', 'PIP_INDEX_URL'] }), [
    ['a', 'the value of API_TOKEN of .env'],
  ]);
  assert.equal(
    leaksIn({ secrets, files }).map(([, name]) => name),
    ['the password in PIP_INDEX_URL'],
  );
});

test('a file larger than memory is looked at', () => {
  const file = join(makeProject({ large: '' }), 'large');
  truncateSync(file, 1024 * 1024 * 1024);
  const program = `
import resource, sys
sys.path.insert(0, sys.argv[1])
from leaks import find_leaks
resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
print(find_leaks([sys.argv[2]], {b"hidden-4711": "API_TOKEN"}))
`;
  const args = ['-B', '-c', program, join(ROOT, 'runtime/package/layer'), file];
  assert.is(execFileSync('python3', args, { encoding: 'utf8' }).trim(), '[]');
});

test.run();
