import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRedisUrl } from '../../../runtime/workloads/redis/address.ts';
import { codeOf, messageOf } from '../samples.ts';

const asked = (text: string): Promise<unknown> => Promise.resolve().then(() => parseRedisUrl(text));

test('an address is read with its defaults, and shown without its password', () => {
  assert.equal(parseRedisUrl('redis://localhost'), {
    ...{ host: 'localhost', port: 6379, tls: false, username: null, password: null, db: 0 },
    shown: 'redis://localhost:6379/0',
  });
  assert.equal(parseRedisUrl('rediss://me:p%40ss@[::1]:7000/3'), {
    ...{ host: '::1', port: 7000, tls: true, username: 'me', password: 'p@ss', db: 3 },
    shown: 'rediss://[::1]:7000/3',
  });
  assert.is(parseRedisUrl('redis://:secret@h').password, 'secret');
});

for (const text of [
  '',
  'localhost:6379',
  'http://localhost',
  'redis://',
  'redis://u:secret@host/zero',
  'redis://u:secret@host/0?tls=1',
  'redis://u:secret%@host',
  'redis://u:sec:ret@ho st',
]) {
  test(`${JSON.stringify(text)} is refused, and not shown`, async () => {
    assert.is(await codeOf(asked(text)), 'PONS_ERR_REDIS_URL');
    assert.not.match(await messageOf(asked(text)), /secret|sec:ret/);
  });
}

test.run();
