import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { predict } from '../support/workload.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';

interface Described {
  readonly type: string;
  readonly repr?: string;
  readonly size?: number;
  readonly sha256?: string;
}

const MEGABYTE = 1024 * 1024;
const server = serveForAllTests(fixtureProject('payload'));

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => new Uint8Array(Buffer.from(text, encoding));

async function describe(payload: string | Uint8Array<ArrayBuffer>, contentType: string): Promise<Described> {
  return (await predict(server.api('describe'), payload, contentType)) as Described;
}

const JSON_VALUES: readonly (readonly [body: string, repr: string])[] = [
  ['{"a": [1, 2.5, null, true, false]}', "{'a': [1, 2.5, None, True, False]}"],
  ['[1, "two"]', "[1, 'two']"],
  ['"text"', "'text'"],
  ['7', '7'],
  ['-0.0', '-0.0'],
  ['1.0', '1.0'],
  ['1e400', 'inf'],
  ['true', 'True'],
  ['null', 'None'],
  ['  {}\n', '{}'],
  ['[NaN, Infinity, -Infinity]', '[nan, inf, -inf]'],
  ['123456789012345678901234567890', '123456789012345678901234567890'],
  ['{"n": -9007199254740993}', "{'n': -9007199254740993}"],
  ['{"b": 1, "a": 2, "b": 3}', "{'b': 3, 'a': 2}"],
  ['"gr\u00fcn \ud83c\udf37"', "'gr\\xfcn \\U0001f337'"],
  ['"\\ud83c\\udf37 \\ud83c"', "'\\U0001f337 \\ud83c'"],
];

for (const [body, repr] of JSON_VALUES) {
  test(`application/json ${JSON.stringify(body)} arrives as Python's json gives it`, async () => {
    assert.is((await describe(body, 'application/json')).repr, repr);
  });
}

test('application/json may have parameters, and be written in any case', async () => {
  for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/json;profile="a;b"']) {
    assert.is((await describe('{"a": 1}', type)).repr, "{'a': 1}", type);
  }
});

test('JSON in UTF-16 and UTF-32 is parsed', async () => {
  const text = '{"a": "gr\u00fcn"}';
  const utf16 = bytes(text, 'utf16le');
  const withMark = bytes(`\ufeff${text}`, 'utf16le');
  const utf32 = new Uint8Array(Array.from(text).flatMap((character) => [character.codePointAt(0) ?? 0, 0, 0, 0]));
  for (const body of [utf16, withMark, utf32]) {
    assert.is((await describe(body, 'application/json')).repr, "{'a': 'gr\\xfcn'}");
  }
});

test('text/plain arrives as str, decoded as UTF-8 unless a charset is named', async () => {
  const cases: [Uint8Array<ArrayBuffer>, string, string][] = [
    [bytes('gr\u00fcn'), 'text/plain', "'gr\\xfcn'"],
    [bytes('gr\u00fcn'), 'text/plain; charset=utf-8', "'gr\\xfcn'"],
    [bytes('gr\u00fcn', 'latin1'), 'text/plain; charset=ISO-8859-1', "'gr\\xfcn'"],
    [bytes('gr\u00fcn', 'latin1'), 'Text/Plain; Charset="latin-1"', "'gr\\xfcn'"],
    [bytes('gr\u00fcn', 'utf16le'), 'text/plain; format=flowed; charset=utf-16-le', "'gr\\xfcn'"],
    [new Uint8Array([0x80]), 'text/plain; charset=windows-1252', "'\\u20ac'"],
    [bytes('a\r\n\0b'), 'text/plain', "'a\\r\\n\\x00b'"],
    [bytes('{"a": 1}'), 'text/plain', `'{"a": 1}'`],
  ];
  for (const [body, type, repr] of cases) {
    const { type: got, repr: shown } = await describe(body, type);
    assert.equal([got, shown], ['str', repr], type);
  }
});

test('an empty text is an empty str, and an empty body of another type is empty bytes', async () => {
  assert.is((await describe('', 'text/plain')).repr, "''");
  const { type, size } = await describe('', 'application/octet-stream');
  assert.equal([type, size], ['bytes', 0]);
});

const ALL_BYTES = new Uint8Array(Array.from({ length: 256 }, (_, value) => value));

for (const type of [
  'application/octet-stream',
  'image/png',
  'multipart/form-data; boundary=x',
  'text/html',
  'a/b',
  'x',
  ';;',
]) {
  test(`${type} arrives as the bytes of the body, each of the 256 values unchanged`, async () => {
    const described = await describe(ALL_BYTES, type);
    assert.is(described.type, 'bytes');
    assert.is(described.size, 256);
    assert.is(described.sha256, createHash('sha256').update(ALL_BYTES).digest('hex'));
  });
}

test('20 MB arrive unchanged to the last byte', async () => {
  const body = new Uint8Array(20 * MEGABYTE + 1);
  for (let at = 0; at < body.length; at += 1) body[at] = (at * 31 + (at >> 8)) & 0xff;
  const described = await describe(body, 'application/octet-stream');
  assert.is(described.size, body.length);
  assert.is(described.sha256, createHash('sha256').update(body).digest('hex'));
});

test('good JSON and text above 1 MB arrive', async () => {
  const text = 'x'.repeat(2 * MEGABYTE);
  assert.is((await describe(JSON.stringify(text), 'application/json')).size, text.length);
  assert.is((await describe(text, 'text/plain')).size, text.length);
});

test.run();
