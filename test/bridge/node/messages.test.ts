import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { BridgeError, decodeMessage, encodeMessage, type Message } from '../../../bridge/node/messages.ts';

const messages: Message[] = [
  { kind: 'request', id: 1, method: 'predict', params: { id: 'a' } },
  { kind: 'notification', method: 'log', params: null },
  { kind: 'result', id: 7, result: null },
  { kind: 'error', id: 7, error: { code: -32001, message: 'ValueError', data: { type: 'ValueError' } } },
  { kind: 'error', id: null, error: { code: -32700, message: 'no JSON', data: null } },
];
for (const message of messages) {
  test(`a ${message.kind} reads as it was written`, () => {
    assert.equal(decodeMessage(encodeMessage(message)), message);
  });
}

const bad: [string, number][] = [
  ['{', codes.PARSE_ERROR],
  ['', codes.PARSE_ERROR],
  ['[]', codes.INVALID_REQUEST],
  ['null', codes.INVALID_REQUEST],
  ['{}', codes.INVALID_REQUEST],
  ['{"jsonrpc":"1.0","id":1,"method":"x"}', codes.INVALID_REQUEST],
  ['{"jsonrpc":"2.0","id":1}', codes.INVALID_REQUEST],
  ['{"jsonrpc":"2.0","id":"1","method":"x"}', codes.INVALID_REQUEST],
  ['{"jsonrpc":"2.0","id":1.5,"result":1}', codes.INVALID_REQUEST],
  ['{"jsonrpc":"2.0","id":1,"error":{"code":"x","message":"y"}}', codes.INVALID_REQUEST],
];
for (const [text, code] of bad) {
  test(`${text === '' ? 'an empty header' : text} is refused with ${code}`, () => {
    assert.throws(
      () => decodeMessage(text),
      (error: unknown) => error instanceof BridgeError && error.code === code,
    );
  });
}

test.run();
