import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { JsonText } from '../../../runtime/workloads/moving/json-text.ts';

function isJson(bytes: Uint8Array, pieceBytes: number): boolean {
  const text = new JsonText();
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) text.push(bytes.subarray(at, at + pieceBytes));
  return text.end();
}

/** Whether it is one, which has to be the same however it comes in pieces. */
function checked(text: string): boolean {
  const bytes = Buffer.from(text);
  const verdicts = [1, 3, 1000].map((pieceBytes) => isJson(bytes, pieceBytes));
  assert.ok(
    verdicts.every((verdict) => verdict === verdicts[0]),
    text,
  );
  return verdicts[0] ?? false;
}

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const PARTS = ['{', '}', '[', ']', ',', ':', '"a"', '"\\u00e9\\n"', '0', '-1.5e+3', 'true', 'null', ' ', '"é😀"'];
const TEXTS = [
  ...['', ' ', '{}', '[]', '"a"', '1', '-0', '01', '1.', '.5', '1e5', '1E-5', '1e', '-', '+1', 'NaN', 'Infinity'],
  ...['true', 'tru', 'truex', 'nul', '[1,]', '[,1]', '{"a"}', '{"a":}', '{"a":1,}', '{a:1}', '{"a":1}}', '[[]', '[}'],
  ...[
    '"\\x"',
    '"\\u12g4"',
    '"\\u1234"',
    '"a\nb"',
    '"a',
    '"\\"',
    '1 2',
    '[1 2]',
    ' {"a" : [1, {"b": null}]}\r\n',
    '\ufeff1',
  ],
];

test('it says of every text what JSON.parse says', () => {
  for (const text of TEXTS) assert.is(checked(text), isParsed(text), JSON.stringify(text));
  const short = (depth: number, text: string): void => {
    assert.is(checked(text), isParsed(text), text);
    if (depth > 0) for (const part of PARTS) short(depth - 1, text + part);
  };
  short(3, '');
  for (const part of PARTS) short(2, `{"a":${part}`);
});

test('what is not UTF-8 is no JSON', () => {
  assert.not(isJson(Buffer.from([0x22, 0xff, 0x22]), 10));
  assert.not(isJson(Buffer.from([0x22, 0xe2, 0x82, 0x22]), 2));
  assert.ok(isJson(Buffer.from('"€"'), 2));
});

test('a depth that no result has is refused, whatever it costs to go there', () => {
  assert.not(checked('['.repeat(200_000) + ']'.repeat(200_000)));
  assert.ok(isJson(Buffer.from('['.repeat(5000) + ']'.repeat(5000)), 100));
});

test.run();
