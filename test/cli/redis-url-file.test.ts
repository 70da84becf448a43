import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError } from '../../runtime/errors/known-error.ts';
import { readRedisUrlFile } from '../../runtime/cli/redis-url-file.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const folder = makeTempDir();
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test('the URL of a Redis is read from the file that the environment names', () => {
  const environment: NodeJS.ProcessEnv = { PONS_REDIS_URL_FILE: file('url', 'redis://:secret@redis:6379/0\n') };
  readRedisUrlFile(environment);
  assert.is(environment['PONS_REDIS_URL'], 'redis://:secret@redis:6379/0');
});

test('without such a file nothing changes', () => {
  for (const environment of [{}, { PONS_REDIS_URL: 'redis://one' }, { PONS_REDIS_URL_FILE: '' }]) {
    const before = { ...environment };
    readRedisUrlFile(environment);
    assert.equal(environment, before);
  }
});

for (const [what, environment, why] of [
  ['that is not there', { PONS_REDIS_URL_FILE: join(folder, 'nowhere') }, /nowhere.*cannot be read/],
  ['that is empty', { PONS_REDIS_URL_FILE: file('empty', '\n') }, /is empty/],
  [
    'beside the URL itself',
    { PONS_REDIS_URL_FILE: file('other', 'redis://a'), PONS_REDIS_URL: 'redis://b' },
    /set too/,
  ],
] as const) {
  test(`a file ${what} is refused`, () => {
    assert.throws(
      () => {
        readRedisUrlFile({ ...environment });
      },
      (error: unknown) => isKnownError(error) && error.code === 'PONS_ERR_CLI_REDIS_FILE' && why.test(error.message),
    );
  });
}

test.run();
