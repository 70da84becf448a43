import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModelTree } from '../../../../runtime/models/model-tree.ts';
import { listTree, makeTree } from '../../../project/support/tree.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';
import { savedModel } from '../../support/files.ts';
import { environmentFor, type Moto, startMoto } from '../../../support/s3/moto.ts';
import { untilTree, versionsIn, withTree } from '../../support/open-tree.ts';
import { type Proxy, startProxy } from '../../../support/s3/proxy.ts';

let moto: Moto;
let proxy: Proxy;

test.before(async () => {
  moto = await startMoto();
  proxy = await startProxy(moto.address);
});

test.after(async () => {
  await proxy.end();
  await moto.end();
});

const settings = (path: string) => ({
  source: { kind: 'path', path } as const,
  environment: environmentFor(proxy.address),
  stateDir: makeTempDir(),
  said: [] as string[],
});

async function fetchAll(tree: ModelTree): Promise<Record<string, string>> {
  const versions = [...tree.models.values()].flat();
  const fetched = await Promise.all(versions.map((version) => tree.fetch(version)));
  return Object.fromEntries(fetched.map(({ name, version, path }) => [`${name}/${version}`, path]));
}

test('versions in a bucket are downloaded with all their files, by the names that they have there', async () => {
  await moto.put('iris/3/größe 1.onnx', 'three');
  await moto.put('iris/20/model.onnx', 'twenty');
  await moto.put('iris/20/weights & more/a b+c%20.bin', 'external');
  await moto.put('iris/20/empty.txt', '');
  await moto.put('iris/20/.DS_Store', 'hidden');
  await moto.put('iris2/other.onnx', 'not asked for');
  const options = settings('s3://bucket/iris/');
  await withTree(options, async (tree) => {
    assert.equal(versionsIn(tree), ['_cortex_default/3', '_cortex_default/20']);
    const paths = await fetchAll(tree);
    const [three = '', twenty = ''] = ['3', '20'].map((version) => paths[`_cortex_default/${version}`]);
    assert.is(readFileSync(three, 'utf8'), 'three');
    assert.equal(listTree(join(twenty, '..')), ['empty.txt', 'model.onnx', 'weights & more/a b+c%20.bin']);
    assert.is(readFileSync(join(twenty, '..', 'weights & more', 'a b+c%20.bin'), 'utf8'), 'external');
    assert.match(three, /\/3\/größe 1\.onnx$/);
    const [version] = tree.models.get('_cortex_default') ?? [];
    assert.ok(version);
    assert.is((await tree.fetch(version)).shown, 's3://bucket/iris/3/größe 1.onnx');
  });
  assert.match(
    options.said.join('\n'),
    /^Downloading the model \(version (3|20)\) from s3:\/\/bucket\/iris\/.*: 0\.0 MB$/m,
  );
});

test('keys that no file can be called by are left out, which is said once', async () => {
  await moto.put('odd/a/model.onnx', 'a');
  await moto.put('odd/', '');
  await moto.put('odd/a/.hidden', '');
  for (const key of ['odd//b/model.onnx', 'odd/c/x/../model.onnx', 'odd/./d.onnx']) await moto.put(key, 'left out');
  const logged: string[] = [];
  const options = { ...settings('s3://bucket/odd'), source: { kind: 'dir', dir: 's3://bucket/odd' } as const, logged };
  await withTree(options, async (tree) => {
    assert.equal(versionsIn(tree), ['a/1']);
    await moto.put('odd/e/model.onnx', 'e');
    await untilTree(tree, 'another model', () => tree.models.has('e'));
  });
  assert.equal(logged, [
    'warning: No file can be called as these keys of bucket are, which are left out: "odd/./d.onnx", "odd//b/model.onnx", "odd/c/x/../model.onnx"',
  ]);
});

test('one file of a bucket is a model, with what belongs to it', async () => {
  await moto.put('files/x.onnx', 'model');
  await moto.put('files/x.onnx.data', 'data');
  await moto.put('files/y.onnx', 'other');
  await withTree(settings('s3://bucket/files/x.onnx'), async (tree) => {
    const path = (await fetchAll(tree))['_cortex_default/1'] ?? '';
    assert.is(readFileSync(path, 'utf8'), 'model');
    assert.equal(listTree(join(path, '..')), ['x.onnx', 'x.onnx.data']);
    const [version] = tree.models.get('_cortex_default') ?? [];
    assert.ok(version);
    assert.is((await tree.fetch(version)).shown, 's3://bucket/files/x.onnx');
  });
});

test('a SavedModel lies in a folder named by its version, with nothing beside', async () => {
  for (const [key, body] of Object.entries(savedModel('tf/12'))) await moto.put(key, body);
  await withTree({ ...settings('s3://bucket/tf'), type: 'tensorflow' }, async (tree) => {
    const path = (await fetchAll(tree))['_cortex_default/12'] ?? '';
    assert.equal(listTree(join(path, '..')), Object.keys(savedModel('12')).sort());
    assert.match(path, /\/12$/);
  });
});

test('a folder of models in a bucket', async () => {
  await moto.put('all/a/x.onnx', '1');
  await moto.put('all/b/4/x.onnx', '2');
  await moto.put('all/README.md', '');
  const { environment, stateDir } = settings('');
  await withTree({ source: { kind: 'dir', dir: 's3://bucket/all/' }, environment, stateDir }, (tree) => {
    assert.equal(versionsIn(tree), ['a/1', 'b/4']);
    return Promise.resolve();
  });
});

test('models.paths may name buckets and folders of the project', async () => {
  await moto.put('mixed/x.onnx', 'remote');
  const projectRoot = makeTree({ 'm/x.onnx': 'local' });
  const paths = ['s3://bucket/mixed', 'm'].map((path, at) => ({ name: `m${at}`, path, signatureKey: null }));
  await withTree({ ...settings(''), projectRoot, source: { kind: 'paths', paths } }, async (tree) => {
    const contents = Object.values(await fetchAll(tree)).map((path) => readFileSync(path, 'utf8'));
    assert.equal(contents, ['remote', 'local']);
  });
});

test('keys that would leave the cache folder are not files of the model', async () => {
  await moto.put('evil/x.onnx', 'good');
  for (const key of [
    'evil/../../../escaped.txt',
    'evil//escaped.txt',
    'evil/./escaped.txt',
    'evil/..',
    'evil/a/../b',
  ]) {
    await moto.put(key, 'bad');
  }
  assert.ok(
    (await moto.keys('evil/')).some((key) => key.split('/').includes('..')),
    'the server keeps no such key',
  );
  const options = settings('s3://bucket/evil');
  await withTree(options, async (tree) => {
    const path = (await fetchAll(tree))['_cortex_default/1'] ?? '';
    assert.ok(path.startsWith(options.stateDir));
    assert.equal(listTree(join(path, '..')), ['x.onnx']);
    assert.not.ok(listTree(options.stateDir).some((file) => file.includes('escaped')));
  });
});

test('a restart downloads nothing, and neither does another API with the same bucket', async () => {
  await moto.put('again/1/x.onnx', 'x'.repeat(1000));
  await moto.put('again/2/x.onnx', 'y'.repeat(1000));
  const options = settings('s3://bucket/again');
  await withTree(options, fetchAll);
  assert.is(options.said.length, 4);
  options.said.length = proxy.asked.length = 0;
  await withTree(options, async (tree) => {
    await withTree(options, async (other) => {
      assert.equal(await fetchAll(other), await fetchAll(tree));
    });
  });
  assert.equal(options.said, []);
  assert.equal(
    proxy.asked.filter((asked) => asked.includes('/again/')),
    [],
  );
});

test('two APIs that ask at once download once; what one discards stays for the other', async () => {
  await moto.put('both/x.onnx', 'content');
  const options = settings('s3://bucket/both');
  proxy.asked.length = 0;
  await withTree(options, async (tree) => {
    await withTree(options, async (other) => {
      const [version] = tree.models.get('_cortex_default') ?? [];
      assert.ok(version);
      const [{ path }] = await Promise.all([tree.fetch(version), tree.fetch(version), other.fetch(version)]);
      assert.is(proxy.asked.filter((asked) => asked.includes('/both/')).length, 1);
      await tree.discard(version);
      assert.ok(existsSync(path));
      await other.discard(version);
      assert.equal(listTree(options.stateDir), []);
      assert.is(readFileSync((await tree.fetch(version)).path, 'utf8'), 'content');
    });
  });
});

test('an object that was replaced is another version of the files, of which only that is downloaded', async () => {
  await moto.put('change/x.onnx', 'old');
  await moto.put('change/weights.bin', 'stays');
  await withTree(settings('s3://bucket/change'), async (tree) => {
    const before = tree.models.get('_cortex_default')?.[0];
    await fetchAll(tree);
    proxy.asked.length = 0;
    await moto.put('change/x.onnx', 'new');
    await untilTree(
      tree,
      'the change',
      () => tree.models.get('_cortex_default')?.[0]?.fingerprint !== before?.fingerprint,
    );
    const path = (await fetchAll(tree))['_cortex_default/1'] ?? '';
    assert.is(readFileSync(path, 'utf8'), 'new');
    assert.equal(listTree(join(path, '..')), ['weights.bin', 'x.onnx']);
    assert.equal(
      proxy.asked.filter((asked) => asked.includes('weights.bin') && !asked.includes('?')),
      [],
    );
  });
});

test('more than a thousand objects are listed', async () => {
  await Promise.all(Array.from({ length: 1005 }, (_, at) => moto.put(`many/m${at}/x.onnx`, '')));
  const { environment, stateDir } = settings('');
  await withTree({ source: { kind: 'dir', dir: 's3://bucket/many' }, environment, stateDir }, (tree) => {
    assert.is(tree.models.size, 1005);
    return Promise.resolve();
  });
});

test.run();
