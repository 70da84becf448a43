import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../bridge/node/codes.ts';
import { ModelError } from '../../runtime/models/model-error.ts';
import { makeTree } from '../project/support/tree.ts';
import { put } from './support/files.ts';
import { type Bench, call, withModels } from './support/loaded.ts';

const source = { kind: 'dir', dir: 'all' } as const;
const cached = { source, cacheSize: 1, diskCacheSize: 2 } as const;

/** A project whose model `a` has a version for each content, from version 1 on. */
function versionsOf(...contents: readonly string[]): string {
  return makeTree(Object.fromEntries(contents.map((content, at) => [`all/a/${at + 1}/x.onnx`, content])));
}

function remove(projectRoot: string, version: string): void {
  rmSync(join(projectRoot, 'all/a', version), { recursive: true });
}

function says(bench: Bench, part: string): () => boolean {
  return () => bench.logged.some((line) => line.includes(part));
}

test('with a cache the version below a latest that was removed is loaded beside it, once, and takes its place', async () => {
  const projectRoot = versionsOf('a1', 'a2', 'a3');
  await withModels({ ...cached, projectRoot }, async (bench) => {
    await bench.models.preload();
    const { handle } = await bench.models.describe('a', 'latest');
    assert.is(await call(bench, 'a'), '3: a3');
    const ready = bench.hold('a2');
    remove(projectRoot, '3');
    await bench.until('the load', () => bench.loaded.includes('a/2: a2'));
    assert.equal(await Promise.all([call(bench, 'a'), call(bench, 'a')]), ['3: a3', '3: a3']);
    ready();
    await bench.until('the release', () => bench.released.includes('a/3: a3'));
    const called: unknown = await bench.models.use(handle, () => Promise.resolve()).catch((error: unknown) => error);
    assert.is(called instanceof ModelError && called.code, codes.MODEL_CHANGED);
    assert.equal(await Promise.all([call(bench, 'a'), call(bench, 'a')]), ['2: a2', '2: a2']);
    assert.equal(bench.loaded, ['a/3: a3', 'a/2: a2']);
    assert.equal(bench.logged.slice(-2), [
      'info: the model "a" (version 2) is loaded.',
      'info: the model "a" (version 3) is released: its files were removed.',
    ]);
    put(projectRoot, 'all/a/2/x.onnx', 'a2 new');
    await bench.until('the exchange', () => bench.released.includes('a/2: a2'));
    assert.is(await call(bench, 'a'), '2: a2 new');
  });
});

test('who calls only after the latest was removed waits for the load that its removal began', async () => {
  const projectRoot = versionsOf('a1', 'a2');
  put(projectRoot, 'all/b/x.onnx', 'b');
  await withModels({ ...cached, projectRoot }, async (bench) => {
    await bench.models.preload();
    await call(bench, 'a');
    const ready = bench.hold('a1');
    remove(projectRoot, '2');
    await bench.until('the load', () => bench.loaded.includes('a/1: a1'));
    // Makes room for another model meanwhile.
    await call(bench, 'b');
    await bench.until('the release', () => bench.released.includes('a/2: a2'));
    const calls = [call(bench, 'a'), call(bench, 'a')];
    ready();
    assert.equal(await Promise.all(calls), ['1: a1', '1: a1']);
    assert.equal(bench.loaded, ['a/2: a2', 'a/1: a1', 'b/1: b']);
  });
});

test('a call that runs on a latest that was removed ends on it, and it is released after that', async () => {
  const projectRoot = versionsOf('a1', 'a2');
  await withModels({ ...cached, projectRoot }, async (bench) => {
    await bench.models.preload();
    const { handle } = await bench.models.describe('a', 'latest');
    let end = (): void => undefined;
    const running = bench.models.use(handle, async ({ content }) => {
      await new Promise<void>((resolve) => (end = resolve));
      return content;
    });
    try {
      remove(projectRoot, '2');
      await bench.until('the exchange', says(bench, '(version 2) is released'));
      assert.is(await call(bench, 'a'), '1: a1');
      assert.equal(bench.released, []);
    } finally {
      end();
    }
    assert.is(await running, 'a2');
    await bench.until('the release', () => bench.released.includes('a/2: a2'));
  });
});

test('where the version below a latest that was removed cannot be loaded, the next one below is', async () => {
  const projectRoot = versionsOf('a1', 'broken', 'a3');
  await withModels({ ...cached, projectRoot }, async (bench) => {
    await bench.models.preload();
    await call(bench, 'a');
    remove(projectRoot, '3');
    await bench.until('the release', () => bench.released.includes('a/3: a3'));
    assert.is(await call(bench, 'a'), '1: a1');
    assert.equal(bench.loaded, ['a/3: a3', 'a/2: broken', 'a/1: a1']);
    assert.is(
      bench.logged.at(-1),
      'warning: The latest version of the model "a" is 1 for now: the model "a" (version 2) cannot be loaded: it is broken',
    );
    put(projectRoot, 'all/a/2/x.onnx', 'a2');
    await bench.until('the mended one', says(bench, '(version 2) is loaded'));
    assert.is(await call(bench, 'a'), '2: a2');
  });
});

test('where the version below could not be had for a while, the next one below serves until then', async () => {
  const projectRoot = versionsOf('a1', 'a2', 'a3');
  await withModels({ ...cached, projectRoot }, async (bench) => {
    await bench.models.preload();
    await call(bench, 'a');
    bench.failingFetches = 1;
    const ready = bench.hold('a2');
    remove(projectRoot, '3');
    await bench.until('the release', () => bench.released.includes('a/3: a3'));
    assert.is(await call(bench, 'a'), '1: a1');
    ready();
    await bench.until('the second try', says(bench, '(version 2) is loaded'));
    assert.is(await call(bench, 'a'), '2: a2');
  });
});

test('a latest that was removed serves as long as no other version can be loaded, and that is said once', async () => {
  const projectRoot = versionsOf('broken', 'a2');
  const stays =
    'warning: the model "a" (version 2) goes on serving though its files were removed, since no other version can be loaded.';
  await withModels({ ...cached, projectRoot }, async (bench) => {
    await bench.models.preload();
    await call(bench, 'a');
    remove(projectRoot, '2');
    await bench.until('the warning', () => bench.logged.includes(stays));
    assert.is(await call(bench, 'a'), '2: a2');
    put(projectRoot, 'all/b/x.onnx', 'b');
    await bench.until('another look', () => 'b' in bench.models.list());
    assert.is(bench.logged.filter((line) => line === stays).length, 1);
    put(projectRoot, 'all/a/1/x.onnx', 'a1');
    await bench.until('the release', () => bench.released.includes('a/2: a2'));
    assert.is(await call(bench, 'a'), '1: a1');
  });
});

test('with a cache a model whose last version is removed is released, and calls say that none is left', async () => {
  const projectRoot = versionsOf('a1');
  const paths = { kind: 'paths', paths: [{ name: 'a', path: 'all/a', signatureKey: null }] } as const;
  await withModels({ ...cached, source: paths, projectRoot }, async (bench) => {
    await bench.models.preload();
    await call(bench, 'a');
    remove(projectRoot, '1');
    await bench.until('the release', () => bench.released.includes('a/1: a1'));
    assert.match(await call(bench, 'a').catch(String), 'the model "a" has no version left: its files were removed');
    put(projectRoot, 'all/a/1/x.onnx', 'a1');
    await bench.until('the model', () => 'a' in bench.models.list());
    assert.is(await call(bench, 'a'), '1: a1');
  });
});

test('with a cache a version below the latest is not loaded when it comes, but when the latest goes', async () => {
  const projectRoot = makeTree({ 'all/a/2/x.onnx': 'a2', 'all/b/x.onnx': 'b' });
  await withModels({ ...cached, cacheSize: 2, projectRoot }, async (bench) => {
    await bench.models.preload();
    await call(bench, 'a');
    put(projectRoot, 'all/a/1/x.onnx', 'a1');
    await bench.until('version 1', () => bench.models.list()['a']?.versions.join() === '1,2');
    assert.equal([await call(bench, 'b'), await call(bench, 'a')], ['1: b', '2: a2']);
    assert.equal(bench.loaded, ['a/2: a2', 'b/1: b']);
    remove(projectRoot, '2');
    await bench.until('the release', () => bench.released.includes('a/2: a2'));
    assert.is(await call(bench, 'a'), '1: a1');
  });
});

for (const [title, settings] of [
  ['without a cache', { source }],
  ['with a cache', { ...cached, cacheSize: 2 }],
] as const) {
  test(`${title} a latest that gets another number serves until it is loaded by that, rather than an older one`, async () => {
    const projectRoot = versionsOf('a1', 'a2');
    await withModels({ ...settings, projectRoot }, async (bench) => {
      await bench.models.preload();
      assert.equal([await call(bench, 'a', '1'), await call(bench, 'a')], ['1: a1', '2: a2']);
      const ready = bench.hold('a3');
      renameSync(join(projectRoot, 'all/a/2'), join(projectRoot, 'all/a/3'));
      put(projectRoot, 'all/a/3/x.onnx', 'a3');
      await bench.until('the load', () => bench.loaded.includes('a/3: a3'));
      await bench.until('the removal', () => bench.models.list()['a']?.versions.join() === '1,3');
      assert.is(await call(bench, 'a'), '2: a2');
      ready();
      await bench.until('the release', () => bench.released.includes('a/2: a2'));
      assert.is(await call(bench, 'a'), '3: a3');
    });
  });
}

test.run();
