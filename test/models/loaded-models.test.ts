import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../bridge/node/codes.ts';
import { ModelError } from '../../runtime/models/model-error.ts';
import { knownError } from '../project/support/errors.ts';
import { makeTree } from '../project/support/tree.ts';
import { put } from './support/files.ts';
import { call, withModels } from './support/loaded.ts';

const source = { kind: 'dir', dir: 'all' } as const;

async function codeOf(pending: Promise<unknown>): Promise<number | null> {
  const error: unknown = await pending.catch((thrown: unknown) => thrown);
  return error instanceof ModelError ? error.code : null;
}

test('without a cache every version is loaded at the start, once', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1', 'all/a/2/x.onnx': 'a2', 'all/b/x.onnx': 'b' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    assert.equal([...bench.loaded].sort(), ['a/1: a1', 'a/2: a2', 'b/1: b']);
    assert.equal(
      [await call(bench, 'a'), await call(bench, 'a', '1'), await call(bench, 'b')],
      ['2: a2', '1: a1', '1: b'],
    );
    assert.is(bench.loaded.length, 3);
    assert.equal(Object.keys(bench.models.list()), ['a', 'b']);
    assert.equal(bench.models.list()['a']?.versions, ['1', '2']);
    const [seconds = 0] = bench.models.list()['b']?.timestamps ?? [];
    assert.ok(Number.isInteger(seconds) && Math.abs(seconds - Date.now() / 1000) < 600);
  });
});

test('who asks for the latest version during the start waits for it, though an older one was loaded first', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1', 'all/a/2/x.onnx': 'a2' });
  await withModels({ source, projectRoot }, async (bench) => {
    const ready = bench.hold('a2');
    const preloaded = bench.models.preload();
    assert.is(await call(bench, 'a', '1'), '1: a1');
    const called = call(bench, 'a');
    ready();
    assert.is(await called, '2: a2');
    await preloaded;
  });
});

test('a model that cannot be loaded fails the start, by name', async () => {
  const projectRoot = makeTree({ 'all/a/2/x.onnx': 'broken', 'all/b/x.onnx': 'b' });
  await withModels({ source, projectRoot }, async (bench) => {
    const error = await knownError(bench.models.preload(), 'PONS_ERR_MODELS_NOT_LOADED');
    assert.is(error.message, 'the model "a" (version 2) cannot be loaded: it is broken.');
    assert.equal(bench.logged, []);
  });
});

test('a start that fails for a reason that lies elsewhere does not blame the model', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1' });
  await withModels({ source, projectRoot }, async (bench) => {
    bench.failingLoads = 1;
    const error = await knownError(bench.models.preload(), 'PONS_ERR_MODELS_LOAD_FAILED');
    assert.is(error.message, 'the model "a" (version 1) cannot be loaded: the server is asleep.');
    assert.is(error.fault, 'system');
  });
});

test('a handle stands for what was asked for, as long as that means the same load', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1' });
  await withModels({ source, projectRoot }, async (bench) => {
    const { models } = bench;
    await models.preload();
    const latest = await models.describe('a', 'latest');
    const first = await models.describe('a', '1');
    assert.is((await models.describe('a', 'latest')).handle, latest.handle);
    assert.is.not(first.handle, latest.handle);
    put(projectRoot, 'all/a/2/x.onnx', 'a2');
    await bench.until('version 2', () =>
      bench.logged.some((line) => line === 'info: the model "a" (version 2) is loaded.'),
    );
    assert.is(await codeOf(models.use(latest.handle, () => Promise.resolve())), codes.MODEL_CHANGED);
    assert.is(await models.use(first.handle, ({ content }) => Promise.resolve(content)), 'a1');
    assert.is((await models.describe('a', 'latest')).version.version, '2');
    assert.is(await codeOf(models.use(4711, () => Promise.resolve())), codes.MODEL_CHANGED);
  });
});

test('changed files are loaded beside the old ones, which serve until then and are released after their last call', async () => {
  const projectRoot = makeTree({ 'all/a/x.onnx': 'old' });
  await withModels({ source, projectRoot }, async (bench) => {
    const { models } = bench;
    await models.preload();
    const { handle } = await models.describe('a', 'latest');
    let end = (): void => undefined;
    const running = models.use(handle, () => new Promise<void>((resolve) => (end = resolve)));
    const ready = bench.hold('new');
    put(projectRoot, 'new', 'new');
    renameSync(join(projectRoot, 'new'), join(projectRoot, 'all/a/x.onnx'));
    await bench.until('the load', () => bench.loaded.includes('a/1: new'));
    assert.is((await models.describe('a', 'latest')).handle, handle);
    assert.is(await call(bench, 'a'), '1: old');
    ready();
    await bench.until('the exchange', () => bench.logged.some((line) => line.includes('loaded anew')));
    assert.is(await call(bench, 'a'), '1: new');
    assert.is(await codeOf(models.use(handle, () => Promise.resolve())), codes.MODEL_CHANGED);
    assert.equal(bench.released, []);
    end();
    await running;
    await bench.until('the release', () => bench.discarded.length > 0);
    assert.equal(bench.released, ['a/1: old']);
    assert.equal(bench.discarded, ['a/1']);
  });
});

test('a broken new version is said once, the old one serves, and only other files are tried again', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    put(projectRoot, 'all/a/2/x.onnx', 'broken');
    await bench.until('the failure', () => bench.logged.length > 0);
    assert.equal(bench.logged, [
      'error: the model "a" (version 2) cannot be loaded: it is broken; version 1 goes on serving as it was',
    ]);
    assert.is(await call(bench, 'a'), '1: a1');
    assert.match(await call(bench, 'a', '2').catch(String), 'the model "a" (version 2) cannot be loaded: it is broken');
    assert.is(bench.loaded.filter((one) => one.endsWith('broken')).length, 1);
    put(projectRoot, 'all/a/2/x.onnx', 'a2');
    await bench.until('the mended one', () => bench.logged.some((line) => line.includes('(version 2) is loaded')));
    assert.is(await call(bench, 'a'), '2: a2');
  });
});

test('a loader that ends its sentence has it go on all the same', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    put(projectRoot, 'all/a/2/x.onnx', 'broken in 2 places.');
    await bench.until('the failure', () => bench.logged.length > 0);
    assert.match(bench.logged[0] ?? '', 'it is broken in 2 places; version 1 goes on serving as it was');
  });
});

test('files that take the place of broken ones while those are loaded are loaded after them', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    const ready = bench.hold('broken');
    put(projectRoot, 'all/a/2/x.onnx', 'broken');
    await bench.until('the load', () => bench.loaded.includes('a/2: broken'));
    const fingerprint = () => bench.tree.models.get('a')?.at(-1)?.fingerprint;
    const before = fingerprint();
    put(projectRoot, 'all/a/2/x.onnx', 'a2');
    await bench.until('the change', () => fingerprint() !== before);
    ready();
    await bench.until('the mended one', () => bench.logged.some((line) => line.includes('(version 2) is loaded')));
    assert.is(await call(bench, 'a'), '2: a2');
  });
});

test('a version whose files are removed is released, and an older one is the latest', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1', 'all/a/2/x.onnx': 'a2' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    const { handle } = await bench.models.describe('a', '2');
    rmSync(join(projectRoot, 'all/a/2'), { recursive: true });
    await bench.until('the release', () => bench.released.includes('a/2: a2'));
    assert.is(await call(bench, 'a'), '1: a1');
    assert.is(await codeOf(bench.models.use(handle, () => Promise.resolve())), codes.MODEL_CHANGED);
  });
});

test('a version that takes the place of the only one serves when it is loaded, and the old one until then', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    const ready = bench.hold('a2');
    renameSync(join(projectRoot, 'all/a/1'), join(projectRoot, 'all/a/2'));
    put(projectRoot, 'all/a/2/x.onnx', 'a2');
    await bench.until('the load', () => bench.loaded.includes('a/2: a2'));
    await bench.until('the removal', () => bench.models.list()['a']?.versions.join() === '2');
    assert.is(await call(bench, 'a'), '1: a1');
    ready();
    await bench.until('the release', () => bench.released.includes('a/1: a1'));
    assert.is(await call(bench, 'a'), '2: a2');
  });
});

test('files that could not be had are tried again after a while', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    bench.failingFetches = 1;
    put(projectRoot, 'all/a/2/x.onnx', 'a2');
    await bench.until('the second try', () => bench.logged.some((line) => line.includes('(version 2) is loaded')));
    assert.match(
      bench.logged[0] ?? '',
      'error: the model "a" (version 2) cannot be loaded: the bucket is asleep; version 1',
    );
  });
});

test('files that are there but could not be loaded for a while are tried again, without a change of theirs', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    bench.failingLoads = Infinity;
    put(projectRoot, 'all/a/2/x.onnx', 'a2');
    await bench.until('the failure', () => bench.logged.length > 0);
    assert.match(await call(bench, 'a', '2').catch(String), '(version 2) cannot be loaded: the server is asleep');
    bench.failingLoads = 0;
    await bench.until('the second try', () => bench.logged.some((line) => line.includes('(version 2) is loaded')));
    assert.is(await call(bench, 'a'), '2: a2');
  });
});

test('what could not be loaded is not listed, unless it serves from the files that it had before', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    put(projectRoot, 'all/a/2/x.onnx', 'broken');
    put(projectRoot, 'all/b/x.onnx', 'broken');
    await bench.until('the failures', () => bench.logged.length === 2);
    assert.equal(
      Object.entries(bench.models.list()).map(([name, { versions }]) => [name, versions]),
      [['a', ['1']]],
    );
    put(projectRoot, 'all/a/2/x.onnx', 'a2');
    await bench.until('the mended version', () => bench.models.list()['a']?.versions.join() === '1,2');
    put(projectRoot, 'all/a/1/x.onnx', 'broken');
    await bench.until('the next failure', () => bench.logged.at(-1)?.includes('it is broken') === true);
    assert.equal(bench.models.list()['a']?.versions, ['1', '2']);
  });
});

test('a load that ends with the API is no failure to tell of', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    const release = bench.hold('a2');
    put(projectRoot, 'all/a/2/x.onnx', 'a2');
    await bench.until('the load', () => bench.loaded.includes('a/2: a2'));
    bench.failingLoads = 1;
    const closed = bench.models.close();
    release();
    await closed;
    assert.is(bench.failingLoads, 0);
    assert.equal(bench.logged, []);
  });
});

test('closing releases everything, and nothing is described any more', async () => {
  const projectRoot = makeTree({ 'all/a/x.onnx': 'a', 'all/b/x.onnx': 'b' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    await bench.models.close();
    assert.equal([...bench.released].sort(), ['a/1: a', 'b/1: b']);
    assert.match(await call(bench, 'a').catch(String), 'the models are released, since the API stops');
  });
});

test.run();
