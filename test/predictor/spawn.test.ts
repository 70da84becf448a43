import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MARK_TOKEN_LENGTH } from '../../bridge/node/methods.ts';
import { isKnownError } from '../../runtime/errors/known-error.ts';
import { createLogger } from '../../runtime/log/logger.ts';
import { Output } from '../../runtime/predictor/output.ts';
import { spawnHost } from '../../runtime/predictor/spawn.ts';
import { makeTempDir } from '../support/temp-dir.ts';

test('a program that cannot be started is named with the reason', async () => {
  const dir = makeTempDir();
  const logger = createLogger({ write: () => true, onceDrained: () => undefined, close: () => Promise.resolve() });
  const labels = { apiName: 'test', apiKind: 'AsyncAPI', apiID: 'abc', replica: '0' };
  for (const [file, cwd, reason] of [
    [join(dir, 'python3'), dir, /python3.*ENOENT/s],
    ['/etc/passwd', dir, /passwd.*EACCES/s],
    ['/bin/sh', join(dir, 'gone'), /ENOENT|does not exist|invalid/s],
  ] as const) {
    const runDir = mkdtempSync(join(dir, 'run-'));
    const output = await Output.open({
      dir: runDir,
      logger,
      labels,
      markToken: 'a'.repeat(MARK_TOKEN_LENGTH),
      inTurn: true,
    });
    const error: unknown = await spawnHost({ file, args: [], cwd, env: {}, output, runDir, threads: 1 }).catch(
      (thrown: unknown) => thrown,
    );
    assert.ok(isKnownError(error), String(error));
    assert.is(error.code, 'PONS_ERR_PREDICTOR_LAUNCH');
    assert.match(error.message, reason);
    await output.drain(0);
  }
});

test.run();
