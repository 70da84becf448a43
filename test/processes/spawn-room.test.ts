import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError } from '../../runtime/errors/known-error.ts';
import { assertSpawnRoom } from '../../runtime/processes/spawn-room.ts';
import { openFds, withFreeFds } from '../support/free-fds.ts';
import { notRun } from '../support/not-run.ts';

test('too few file descriptors for a child are told before one is started, and none is kept', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: the open files of a process cannot be limited from outside');
    return;
  }
  const before = openFds();
  for (const free of [0, 1, 5]) {
    const error: unknown = await withFreeFds(free, () => {
      try {
        assertSpawnRoom('A child');
        return Promise.resolve(null);
      } catch (thrown) {
        return Promise.resolve(thrown);
      }
    });
    assert.ok(isKnownError(error), String(error));
    assert.is(error.code, 'PONS_ERR_MACHINE_NO_FILES');
    assert.match(error.message, /^A child could not be started.*EMFILE/);
  }
  await withFreeFds(40, () => {
    assertSpawnRoom('A child');
    return Promise.resolve();
  });
  assert.is(openFds(), before);
});

test.run();
