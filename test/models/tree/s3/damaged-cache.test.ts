import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listTree } from '../../../project/support/tree.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';
import { environmentFor, type Moto, startMoto } from '../../../support/s3/moto.ts';
import { withTree } from '../../support/open-tree.ts';
import { type Proxy, startProxy } from '../../../support/s3/proxy.ts';

const FILES = { 'm/3/x.onnx': 'the model', 'm/3/weights.bin': 'its weights' };

let moto: Moto;
let proxy: Proxy;

test.before(async () => {
  moto = await startMoto();
  proxy = await startProxy(moto.address);
  for (const [key, body] of Object.entries(FILES)) await moto.put(key, body);
});

test.after(async () => {
  await proxy.end();
  await moto.end();
});

/** Does something to the cache between two starts: what the second has asked the bucket for. */
async function askedAfter(damage: (models: string) => void): Promise<string[]> {
  const stateDir = makeTempDir();
  const settings = {
    source: { kind: 'path', path: 's3://bucket/m' } as const,
    environment: environmentFor(proxy.address),
    stateDir,
    reloadIntervalMs: 600_000,
  };
  const fetchAndRead = async (): Promise<void> => {
    await withTree(settings, async (tree) => {
      const [version] = tree.models.get('_cortex_default') ?? [];
      assert.ok(version);
      const { path } = await tree.fetch(version);
      assert.equal(listTree(join(path, '..', '..')), ['3/weights.bin', '3/x.onnx']);
      assert.is(readFileSync(path, 'utf8'), FILES['m/3/x.onnx']);
      assert.is(readFileSync(join(path, '..', 'weights.bin'), 'utf8'), FILES['m/3/weights.bin']);
    });
  };
  await fetchAndRead();
  damage(join(stateDir, 'models'));
  proxy.asked.length = 0;
  await fetchAndRead();
  return proxy.asked.flatMap((asked) => /^GET \/bucket\/m\/3\/([^?]+)/.exec(asked)?.[1] ?? []).sort();
}

function eachObject(models: string, act: (path: string) => void): void {
  for (const name of readdirSync(join(models, 'objects'))) act(join(models, 'objects', name));
}

function fileOf(models: string, name: string): string {
  const path = listTree(join(models, 'versions')).find((one) => one.endsWith(name));
  return join(models, 'versions', path ?? '');
}

for (const [what, damage, expected] of [
  ['nothing', () => undefined, []],
  [
    'a file that was cut off',
    (models) => {
      truncateSync(fileOf(models, 'weights.bin'), 3);
    },
    ['weights.bin'],
  ],
  [
    'a file that was written over with as many bytes',
    (models) => {
      writeFileSync(fileOf(models, 'x.onnx'), 'the mODEL');
    },
    ['x.onnx'],
  ],
  [
    'a file that is missing from the version',
    (models) => {
      rmSync(fileOf(models, 'x.onnx'));
    },
    [],
  ],
  [
    'objects that are all damaged, of which the version is gone',
    (models) => {
      rmSync(join(models, 'versions'), { recursive: true });
      eachObject(models, (path) => {
        writeFileSync(path, readFileSync(path, 'utf8').toUpperCase());
      });
    },
    ['weights.bin', 'x.onnx'],
  ],
  [
    'objects whose checksums are not there',
    (models) => {
      rmSync(join(models, 'checksums'), { recursive: true });
    },
    ['weights.bin', 'x.onnx'],
  ],
] as const satisfies readonly (readonly [string, (models: string) => void, readonly string[]])[]) {
  test(`of a cache with ${what}, only what is damaged is downloaded again`, async () => {
    assert.equal(await askedAfter(damage), expected);
  });
}

test.run();
