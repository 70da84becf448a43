import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tarOf } from '../../runtime/package/tar.ts';

test('tar lists what the archive holds, with one time for all of it', () => {
  const listed = execFileSync('tar', ['-tv', '--full-time', '--numeric-owner'], {
    input: tarOf(['etc/', 'etc/hosts']),
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
  });
  assert.equal(
    listed
      .trim()
      .split('\n')
      .map((line) => line.replace(/ +/g, ' ')),
    ['drwxr-xr-x 0/0 0 2000-01-01 00:00:00 etc/', '-rw-r--r-- 0/0 0 2000-01-01 00:00:00 etc/hosts'],
  );
});

test.run();
