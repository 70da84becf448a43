import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readPredicted } from '../../../bridge/node/predicted.ts';

const answer = (id: string, marks: string, runMs: string): string =>
  `{"jsonrpc":"2.0","id":${id},"result":{"marks":${marks},"runMs":${runMs}}}`;

for (const [id, marks, runMs] of [
  ['1', '0', '0.000'],
  ['7', '3', '0.123'],
  ['123456789', '1', '86400000.999'],
  ['42', '2', '999999999.001'],
] as const) {
  test(`the answer ${id}, ${marks}, ${runMs} is read as the parser of JSON reads it`, () => {
    const text = answer(id, marks, runMs);
    assert.equal(readPredicted(text), { id: Number(id), result: (JSON.parse(text) as { result: unknown }).result });
  });
}

for (const text of [
  '',
  '{}',
  answer('', '0', '0.000'),
  answer('-1', '0', '0.000'),
  answer('1', '', '0.000'),
  answer('1', '0', '0'),
  answer('1', '0', '.000'),
  answer('1', '0', '0.00'),
  answer('1', '0', '0.0000'),
  answer('1', '0', '1e3'),
  answer('1', '0', '1234567890.000'),
  answer('1234567890', '0', '0.000'),
  `${answer('1', '0', '0.000')} `,
  answer('1', '0', '0.000').slice(0, -1),
  answer('1', '0', '0.000').replace('2.0', '1.0'),
  '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"","data":null}}',
]) {
  test(`${text === '' ? 'an empty header' : text} is left to the parser of JSON`, () => {
    assert.is(readPredicted(text), null);
  });
}

test.run();
