import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError } from '../../runtime/errors/known-error.ts';
import { readRedisUrlFile } from '../../runtime/cli/redis-url-file.ts';
import { pons } from '../support/pons.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const folder = makeTempDir();
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test('the URL of a Redis is read from the file that the environment names', () => {
  const environment: NodeJS.ProcessEnv = { PONS_REDIS_URL_FILE: file('url', 'redis://:secret@redis:6379/0\n') };
  assert.is(readRedisUrlFile(environment), 'redis://:secret@redis:6379/0');
});

test('without such a file there is none', () => {
  for (const environment of [{}, { PONS_REDIS_URL: 'redis://one' }, { PONS_REDIS_URL_FILE: '' }]) {
    assert.is(readRedisUrlFile(environment), null);
  }
});

const pipe = join(folder, 'pipe');
execFileSync('mkfifo', [pipe]);

for (const [what, environment, why] of [
  ['that is a pipe, to which nobody may ever write,', { PONS_REDIS_URL_FILE: pipe }, /pipe.*it is not a file/],
  ['that is a device', { PONS_REDIS_URL_FILE: '/dev/zero' }, /zero.*it is not a file/],
  ['that is a folder', { PONS_REDIS_URL_FILE: folder }, /it is a folder/],
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

const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });

test('a wrong file keeps no command from its work that needs no Redis', async () => {
  const wrong = { PONS_REDIS_URL_FILE: join(folder, 'nowhere') };
  const stateDir = makeTempDir();
  for (const args of [['--help'], ['serve', '--help'], ['check', project, '--state-dir', stateDir]]) {
    const { code, stderr } = await pons(args, wrong);
    assert.is(code, 0, stderr);
  }
});

for (const [what, url, says] of [
  ['serve', file('unusable', 'http://redis\n'), /begins with http:.*\n.*PONS_ERR_REDIS_URL/],
  ['serve', join(folder, 'nowhere'), /nowhere.*\n.*PONS_ERR_CLI_REDIS_FILE/],
  ['export-state', join(folder, 'nowhere'), /nowhere.*\n.*PONS_ERR_CLI_REDIS_FILE/],
] as const) {
  test(`pons ${what} takes its Redis from the file, unless one is typed: ${basename(url)}`, async () => {
    const args = what === 'serve' ? [what, project] : [what, project, '--to', join(makeTempDir(), 'file')];
    const refused = await pons(args, { PONS_REDIS_URL_FILE: url });
    assert.match(refused.stderr, says);
    assert.is(refused.code, 2);
    const typed = await pons([...args, '--redis', 'redis://127.0.0.1:1'], { PONS_REDIS_URL_FILE: url });
    assert.match(typed.stderr, /127\.0\.0\.1:1/);
  });
}

test('a variable that is empty counts as one that is not set, alone and beside the file', async () => {
  const empty = { PONS_REDIS_URL: '', PONS_PAYLOADS: '', PONS_TENSORFLOW_SERVING: '' };
  const args = ['serve', project, '--state-dir', makeTempDir()];
  const beside = await pons(args, { ...empty, PONS_REDIS_URL_FILE: file('usable', 'redis://127.0.0.1:1\n') });
  assert.match(beside.stderr, /127\.0\.0\.1:1.*\n.*PONS_ERR_REDIS_NOT_REACHED/);
  // By this it is known that it takes no Redis.
  const alone = await pons([...args, '--role', 'gateway'], empty);
  assert.match(alone.stderr, 'PONS_ERR_CLI_ROLE');
  const typed = await pons([...args, '--redis', ''], empty);
  assert.match(typed.stderr, 'PONS_ERR_REDIS_URL');
});

test.run();
