import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeTempDir } from '../../../support/temp-dir.ts';
import { call, withModels } from '../../support/loaded.ts';
import { environmentFor, type Moto, startMoto } from '../../../support/s3/moto.ts';

let moto: Moto;

test.before(async () => {
  moto = await startMoto();
  for (const name of ['a', 'b', 'c', 'd']) await moto.put(`all/${name}/x.onnx`, name);
});

test.after(async () => {
  await moto.end();
});

test('what earlier runs have downloaded counts, and what was used least recently is discarded first', async () => {
  const stateDir = makeTempDir();
  const onDisk = (folder: string): number => readdirSync(join(stateDir, 'models', folder)).length;
  const settings = {
    source: { kind: 'dir', dir: 's3://bucket/all/' } as const,
    environment: environmentFor(moto.address),
    stateDir,
    cacheSize: 1,
    diskCacheSize: 2,
  };
  for (const [name, discarded] of [
    ['a', []],
    ['b', []],
    ['a', []],
    ['c', ['b/1']],
    ['d', ['a/1']],
  ] as const) {
    await withModels(settings, async (bench) => {
      await bench.models.preload();
      assert.is(await call(bench, name), `1: ${name}`);
      await bench.until('the discards', () => bench.discarded.length >= discarded.length && onDisk('versions') <= 2);
      assert.equal(bench.discarded, discarded);
    });
  }
  await withModels({ ...settings, diskCacheSize: 1 }, async (bench) => {
    await bench.models.preload();
    await bench.until('the discard at the start', () => onDisk('versions') === 1 && onDisk('objects') === 1);
    assert.equal(bench.discarded, ['c/1']);
  });
});

test.run();
