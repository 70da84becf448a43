import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeTree } from '../project/support/tree.ts';
import { put } from './support/files.ts';
import { call, withModels } from './support/loaded.ts';

const source = { kind: 'dir', dir: 'all' } as const;
const four = () => makeTree(Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`all/${name}/x.onnx`, name])));

test('with a cache nothing is loaded before it is asked for, and calls at the same time load it once', async () => {
  await withModels({ source, projectRoot: four(), cacheSize: 2, diskCacheSize: 4 }, async (bench) => {
    await bench.models.preload();
    assert.equal(bench.loaded, []);
    const ready = bench.hold('a');
    const calls = Array.from({ length: 5 }, (_, at) => call(bench, 'a', at % 2 === 0 ? 'latest' : '1'));
    await bench.until('the load', () => bench.loaded.length > 0);
    ready();
    assert.equal(
      await Promise.all(calls),
      Array.from({ length: 5 }, () => '1: a'),
    );
    assert.equal(bench.loaded, ['a/1: a']);
  });
});

test('the model that was used least recently makes room', async () => {
  await withModels({ source, projectRoot: four(), cacheSize: 2, diskCacheSize: 4 }, async (bench) => {
    for (const name of ['a', 'b', 'a', 'c']) await call(bench, name);
    await bench.until('the release', () => bench.released.length > 0);
    assert.equal(bench.released, ['b/1: b']);
    await call(bench, 'a');
    assert.equal(bench.loaded, ['a/1: a', 'b/1: b', 'c/1: c']);
    await call(bench, 'b');
    await bench.until('the next release', () => bench.released.length > 1);
    assert.equal(bench.released, ['b/1: b', 'c/1: c']);
    assert.equal(bench.discarded, []);
  });
});

test('a model that makes room while it runs is released after that', async () => {
  await withModels({ source, projectRoot: four(), cacheSize: 1, diskCacheSize: 4 }, async (bench) => {
    const { handle } = await bench.models.describe('a', 'latest');
    let end = (): void => undefined;
    const running = bench.models.use(handle, () => new Promise<void>((resolve) => (end = resolve)));
    await call(bench, 'b');
    assert.equal(bench.released, []);
    end();
    await running;
    await bench.until('the release', () => bench.released.length > 0);
    assert.equal(bench.released, ['a/1: a']);
  });
});

test('two callers that take turns with more models than the cache holds both get on', async () => {
  await withModels({ source, projectRoot: four(), cacheSize: 1, diskCacheSize: 4 }, async (bench) => {
    const one = await bench.models.describe('a', 'latest');
    const other = await bench.models.describe('b', 'latest');
    // Described a moment ago, so that neither has made room for the other before its call.
    assert.is(await bench.models.use(one.handle, ({ content }) => Promise.resolve(content)), 'a');
    assert.is(await bench.models.use(other.handle, ({ content }) => Promise.resolve(content)), 'b');
    await bench.until('the release', () => bench.released.length > 0);
    assert.is(bench.released.length, 1);
  });
});

test('what is beyond the cache on the disk is discarded, never what is in memory', async () => {
  await withModels({ source, projectRoot: four(), cacheSize: 1, diskCacheSize: 2 }, async (bench) => {
    for (const name of ['a', 'b', 'c', 'd']) await call(bench, name);
    await bench.until('the discards', () => bench.discarded.length === 2);
    assert.equal(bench.discarded, ['a/1', 'b/1']);
  });
});

test('changed files of a model in memory are exchanged, those of others wait until it is asked for', async () => {
  const projectRoot = four();
  await withModels({ source, projectRoot, cacheSize: 2, diskCacheSize: 4 }, async (bench) => {
    await bench.models.preload();
    await call(bench, 'a');
    const fingerprint = () => bench.tree.models.get('b')?.[0]?.fingerprint;
    const before = fingerprint();
    put(projectRoot, 'all/b/x.onnx', 'b new');
    put(projectRoot, 'all/a/x.onnx', 'a new');
    await bench.until('the exchange', () => bench.released.includes('a/1: a'));
    // A look may have come to one of them before it was written, and to the other one behind.
    await bench.until('the other change', () => fingerprint() !== before);
    assert.is(await call(bench, 'a'), '1: a new');
    assert.equal(bench.loaded, ['a/1: a', 'a/1: a new']);
    assert.is(await call(bench, 'b'), '1: b new');
  });
});

test('a new version of a model in memory is loaded beside it, also where the cache holds one', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1' });
  await withModels({ source, projectRoot, cacheSize: 1, diskCacheSize: 1 }, async (bench) => {
    await bench.models.preload();
    await call(bench, 'a');
    const ready = bench.hold('a2');
    put(projectRoot, 'all/a/2/x.onnx', 'a2');
    await bench.until('the load', () => bench.loaded.includes('a/2: a2'));
    assert.is(await call(bench, 'a'), '1: a1');
    ready();
    await bench.until('the release', () => bench.released.includes('a/1: a1'));
    assert.is(await call(bench, 'a'), '2: a2');
  });
});

test('a model whose load fails once is loaded at a later call', async () => {
  await withModels({ source, projectRoot: four(), cacheSize: 1, diskCacheSize: 1 }, async (bench) => {
    await bench.models.preload();
    bench.failingLoads = 1;
    assert.match(
      await call(bench, 'a').catch(String),
      'the model "a" (version 1) cannot be loaded: the server is asleep',
    );
    let answer = '';
    await bench.until('the later call', () => {
      void call(bench, 'a').then(
        (text) => (answer = text),
        () => undefined,
      );
      return answer !== '';
    });
    assert.is(answer, '1: a');
    assert.equal(bench.loaded, ['a/1: a', 'a/1: a']);
  });
});

test('the latest is the highest that can be loaded', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1', 'all/a/2/x.onnx': 'broken' });
  await withModels({ source, projectRoot, cacheSize: 2, diskCacheSize: 2 }, async (bench) => {
    await bench.models.preload();
    assert.is(await call(bench, 'a'), '1: a1');
    assert.is(await call(bench, 'a'), '1: a1');
    assert.equal(bench.loaded, ['a/2: broken', 'a/1: a1']);
    assert.equal(bench.logged.slice(0, 1), ['error: the model "a" (version 2) cannot be loaded: it is broken']);
  });
});

test('a version that was corrupted and then released is said to be no longer the latest', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1', 'all/a/2/x.onnx': 'a2', 'all/b/x.onnx': 'b' });
  await withModels({ source, projectRoot, cacheSize: 1, diskCacheSize: 1 }, async (bench) => {
    await bench.models.preload();
    await call(bench, 'a');
    put(projectRoot, 'all/a/2/x.onnx', 'broken');
    await bench.until('the failure', () => bench.logged.some((line) => line.startsWith('error: ')));
    await call(bench, 'b');
    await bench.until('the release', () => bench.released.includes('a/2: a2'));
    assert.equal(await Promise.all([call(bench, 'a'), call(bench, 'a')]), ['1: a1', '1: a1']);
    assert.equal(
      bench.logged.filter((line) => line.startsWith('warning: ')),
      [
        'warning: The latest version of the model "a" is 1 for now: the model "a" (version 2) cannot be loaded: it is broken',
      ],
    );
  });
});

test('what was asked for by its number is not the latest for that', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1', 'all/a/2/x.onnx': 'a2' });
  await withModels({ source, projectRoot, cacheSize: 2, diskCacheSize: 2 }, async (bench) => {
    assert.is(await call(bench, 'a', '1'), '1: a1');
    assert.is(await call(bench, 'a'), '2: a2');
  });
});

test.run();
