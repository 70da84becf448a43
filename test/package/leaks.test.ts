import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ROOT } from '../support/containers/images.ts';
import { makeProject } from '../support/project.ts';

const PROGRAM = `
import json, sys
sys.path.insert(0, sys.argv[1])
import leaks
paths = json.loads(sys.argv[4])
leaks.PROJECT, leaks.GIVEN = sys.argv[2] + "/project", sys.argv[2] + "/given"
found = leaks.find_leaks([sys.argv[2] + "/" + path for path in paths], json.loads(sys.argv[5]), sys.argv[3])
print(json.dumps([[path[len(sys.argv[2]) + 1:], name] for path, name in found]))
`;

interface Case {
  readonly secrets: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The files that hold a secret, each with its name. */
function leaksIn({ secrets, files, environment = {} }: Case): [string, string][] {
  const changed = JSON.stringify(Object.keys(files).filter((path) => !path.startsWith('given/')));
  const folders = [join(ROOT, 'runtime/package/layer'), makeProject(files), makeProject(secrets)];
  const args = ['-B', '-c', PROGRAM, ...folders, changed, JSON.stringify(environment)];
  return JSON.parse(execFileSync('python3', args, { encoding: 'utf8' })) as [string, string][];
}

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
      ['etc/a.conf', 'pip.conf'],
    ]);
  });
}

test("a user's name beside a password is none, nor is what is no part of a user", () => {
  const secrets = { machine: "PIP_INDEX_URL='https://reader:hidden-4711@host/simple'\nPIP_PROXY='http://proxy/a@b'\n" };
  assert.equal(leaksIn({ secrets, files: { 'etc/a.conf': 'reader of proxy/a@b at host/simple' } }), []);
});

const SECRET = 'hidden>>>???~~~4711';

/** Those of the texts that hold the secret when they are files. */
function holding(texts: readonly string[]): string[] {
  const found = leaksIn({
    secrets: { dotenv: `API_TOKEN="${SECRET}"\n` },
    environment: { API_TOKEN: SECRET },
    files: Object.fromEntries(texts.map((text, at) => [`etc/${at}`, text])),
  });
  return found.map(([path]) => texts[Number(path.slice('etc/'.length))] ?? '');
}

for (const encoding of ['base64', 'base64url'] as const) {
  test(`a secret in ${encoding} is found, whatever stands around it, and nothing that is only like it`, () => {
    const encoded = (secret: string): string[] =>
      ['', 'a', 'ab', 'abc'].flatMap((before) =>
        ['', '\n', 'yz', 'xyz'].map((after) => `Basic ${Buffer.from(before + secret + after).toString(encoding)}\n`),
      );
    const held = encoded(SECRET);
    assert.equal(holding([...held, ...encoded(`${SECRET.slice(0, -3)}...`)]), held);
  });
}

test('a secret is found where its base64 is broken into lines, and where it is cut by what is read at once', () => {
  const lines = Buffer.from(`${'x'.repeat(50)}${SECRET}`)
    .toString('base64')
    .replace(/.{76}/g, '$&\r\n');
  assert.match(lines, '\r\n');
  const piece = 1024 * 1024;
  const cut = [SECRET, Buffer.from(SECRET).toString('base64')].flatMap((form) =>
    [piece - form.length, piece - 10, piece - 1, piece].map((at) => 'x'.repeat(at) + form),
  );
  assert.is(holding([lines, ...cut]).length, 1 + cut.length);
});

test('a file of the project is looked at where it is not what was given any more', () => {
  const secrets = { dotenv: 'API_TOKEN=hidden-4711\n' };
  const files = {
    'given/settings.py': 'A = 1\n',
    'project/settings.py': 'A = 1\nhidden-4711\n',
    'given/own.py': 'hidden-4711\n',
    'project/own.py': 'hidden-4711\n',
    'project/made.py': 'hidden-4711\n',
  };
  assert.equal(leaksIn({ secrets, files, environment: { API_TOKEN: 'hidden-4711' } }), [
    ['project/settings.py', 'API_TOKEN of .env'],
    ['project/made.py', 'API_TOKEN of .env'],
  ]);
});

test.run();
