import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseHost } from '../../runtime/cli/options.ts';

for (const [text, host] of [
  ['::1', '::1'],
  ['[::1]', '::1'],
  ['[fe80::1%eth0]', 'fe80::1%eth0'],
  ['[127.0.0.1]', '[127.0.0.1]'],
  ['localhost', 'localhost'],
] as const) {
  test(`to listen on ${text} is to listen on ${host}`, () => {
    assert.is(parseHost(text), host);
  });
}

test.run();
