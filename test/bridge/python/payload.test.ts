import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { withServing } from '../../support/host.ts';
import { newest, oldestAndNewest } from '../../support/pythons.ts';

const TELLS = `
calls = 0

class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self, payload):
        global calls
        calls += 1
        text = ascii(payload)
        return {'type': type(payload).__name__, 'text': text if len(text) < 200 else str(len(payload)), 'calls': calls}
`;

const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);

/** Content type and body; Python's type of the payload and its `ascii()`. */
const TAKEN: readonly (readonly [contentType: string, body: string | Buffer, type: string, text: string])[] = [
  ['application/json', '{"a": [1, 2.5, "x", null, true]}', 'dict', "{'a': [1, 2.5, 'x', None, True]}"],
  ['application/json', ' "text" ', 'str', "'text'"],
  ['application/json', '""', 'str', "''"],
  ['application/json', '7', 'int', '7'],
  ['application/json', '12345678901234567890123', 'int', '12345678901234567890123'],
  ['application/json', 'null', 'NoneType', 'None'],
  ['application/json', '[]', 'list', '[]'],
  ['application/json', '[NaN, Infinity, -Infinity]', 'list', '[nan, inf, -inf]'],
  ['application/json', '"\\ud800"', 'str', "'\\ud800'"],
  ['application/json', Buffer.from('22eda08022', 'hex'), 'str', "'\\ud800'"],
  ['application/json', '\ufeff{"bom": 1}', 'dict', "{'bom': 1}"],
  ['application/json', utf16('{"wide": 1}'), 'dict', "{'wide': 1}"],
  ['application/json', Buffer.from('{"wide": 1}', 'utf16le'), 'dict', "{'wide': 1}"],
  ['application/json; charset=utf-8', '[1]', 'list', '[1]'],
  ['Application/JSON;x=y', '[1]', 'list', '[1]'],
  ['text/plain', 'caf\u00e9', 'str', "'caf\\xe9'"],
  ['text/plain', '', 'str', "''"],
  ['text/plain; charset=latin-1', Buffer.from([0xe9]), 'str', "'\\xe9'"],
  ['TEXT/Plain ; a="x;charset=ascii" ; CharSet = "ISO-8859-1"', Buffer.from([0xe9]), 'str', "'\\xe9'"],
  ['text/plain; a; charset=latin-1', Buffer.from([0xe9]), 'str', "'\\xe9'"],
  ['text/plain; charset', 'a', 'str', "'a'"],
  ['text/plain; charset="utf\\-16"', utf16('hi'), 'str', "'hi'"],
  ['text/plain; format=flowed', 'x', 'str', "'x'"],
  ['text/html', '<p>', 'bytes', "b'<p>'"],
  ['application/jsonlines', '{', 'bytes', "b'{'"],
  ['application/octet-stream', Buffer.from([0, 1, 255]), 'bytes', "b'\\x00\\x01\\xff'"],
  ['application/octet-stream', '', 'bytes', "b''"],
  ['nonsense', 'x', 'bytes', "b'x'"],
];

/** Content type and body; the beginning of the message, `what` and `position`. */
const REFUSED: readonly (readonly [string, string | Buffer, RegExp, string, string | null])[] = [
  [
    'application/json',
    '{"a"',
    /^the body is not valid JSON: Expecting ':' delimiter: line 1 column 5 \(char 4\)$/,
    'json',
    'line 1 column 5 (char 4)',
  ],
  ['application/json', '', /^the body is not valid JSON: Expecting value/, 'json', 'line 1 column 1 (char 0)'],
  ['application/json', '1\n 2', /^the body is not valid JSON: Extra data/, 'json', 'line 2 column 2 (char 3)'],
  ['application/json', Buffer.from([0x22, 0xff, 0x22]), /^the body is not valid JSON: 'utf-8' codec/, 'json', 'byte 1'],
  ['application/json', '['.repeat(1_000_000), /nested too deeply/, 'json', null],
  ['application/json', '{"a":'.repeat(1_000_000), /nested too deeply/, 'json', null],
  ['text/plain', Buffer.from([0x61, 0xff]), /^the body is not valid UTF-8: byte 0xff at position 1$/, 'text', 'byte 1'],
  ['text/plain; charset=klingon', 'x', /^the charset "klingon" is unknown$/, 'charset', null],
  ['text/plain; charset=hex', 'x', /^the charset "hex" is unknown$/, 'charset', null],
  ['text/plain; charset="a\\\u0000b"', 'x', /^the charset .* is unknown$/, 'charset', null],
];

for (const python of oldestAndNewest) {
  test(`each content type gives the payload that it stands for (Python ${python.version})`, () =>
    withServing({ python, files: TELLS }, async (host) => {
      for (const [contentType, body, type, text] of TAKEN) {
        const told = (await host.predict(body, contentType)) as Record<string, unknown>;
        assert.equal([told['type'], told['text']], [type, text], `${contentType} ${String(body)}`);
      }
    }));

  test(`a body that does not fit its content type is refused and predict is not called (Python ${python.version})`, () =>
    withServing({ python, files: TELLS }, async (host) => {
      for (const [contentType, body, message, what, position] of REFUSED) {
        const error = await bridgeErrorOf(host.predict(body, contentType));
        assert.is(error.code, codes.PAYLOAD_INVALID, contentType);
        assert.match(error.message, message);
        assert.equal(error.data, { what, position, marks: 0 });
      }
      assert.equal(await host.predict('1'), { type: 'int', text: '1', calls: 1 });
    }));
}

test('an integer of more digits than Python converts is refused', () =>
  withServing({ python: newest, files: TELLS }, async (host) => {
    const error = await bridgeErrorOf(host.predict('1'.repeat(5000)));
    assert.is(error.code, codes.PAYLOAD_INVALID);
    assert.match(error.message, /digits/);
  }));

test('a body of 50 MB arrives whole, again and again', () =>
  withServing({ files: TELLS }, async (host) => {
    const body = Buffer.alloc(50_000_000, 7);
    for (const calls of [1, 2, 3]) {
      assert.equal(await host.predict(body, 'application/octet-stream'), { type: 'bytes', text: '50000000', calls });
    }
    assert.equal(await host.predict('[]'), { type: 'list', text: '[]', calls: 4 });
  }));

test.run();
