import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import { storePaths } from '../../../runtime/workloads/embedded/paths.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { codeOf, messageOf } from '../samples.ts';

test('a database that cannot be opened is named with the reason, and opens once that is mended', async () => {
  const stateDir = join(makeTempDir(), 'state');
  const { database } = storePaths(stateDir);
  await (await openEmbeddedStore({ stateDir })).close();
  renameSync(database, `${database}.aside`);
  mkdirSync(database);
  assert.is(await codeOf(openEmbeddedStore({ stateDir })), 'PONS_ERR_STORE_IO');
  assert.ok((await messageOf(openEmbeddedStore({ stateDir }))).includes(database));
  rmSync(database, { recursive: true });
  renameSync(`${database}.aside`, database);
  await (await openEmbeddedStore({ stateDir })).close();
});

test.run();
