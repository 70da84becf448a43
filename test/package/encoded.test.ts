import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { leaksIn } from '../support/package/leaks.ts';

const SECRET = 'hidden>>>???~~~4711';

/** Those of the texts that hold the secret when they are files. */
function holding(texts: readonly string[]): string[] {
  const found = leaksIn({
    dotenv: { API_TOKEN: SECRET },
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

/** Lines of base64, the first two of which share the secret. */
const key = (secret: string): string[] =>
  Buffer.from(`${'x'.repeat(40)}${secret}${'y'.repeat(50)}`)
    .toString('base64')
    .match(/.{1,64}/g) ?? [];

for (const [title, write] of [
  ['indented in YAML', (lines: string[]) => `key: |\n${lines.map((line) => `        ${line}\n`).join('')}`],
  ['indented by tabs', (lines: string[]) => lines.join('\r\n\t\t')],
  ['broken within JSON', (lines: string[]) => JSON.stringify({ key: lines.join('\n') })],
  ['broken within JSON in JSON', (lines: string[]) => JSON.stringify(JSON.stringify({ key: lines.join('\r\n') }))],
  ['with escaped slashes', (lines: string[]) => JSON.stringify(lines.join('')).replaceAll('/', '\\/')],
  [
    'indented far, where a file is read in pieces',
    (lines: string[]) => 'x'.repeat(1024 * 1024 - 2000) + lines.join(`\n${' '.repeat(1900)}`),
  ],
] as const) {
  test(`a secret in base64 is found where that is ${title}, and nothing that is only like it`, () => {
    const held = write(key(SECRET));
    assert.equal(holding([held, write(key(`${SECRET.slice(0, -3)}...`))]), [held]);
  });
}

test.run();
