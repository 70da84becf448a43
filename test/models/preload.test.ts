import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { knownError } from '../project/support/errors.ts';
import { makeTree } from '../project/support/tree.ts';
import { put } from './support/files.ts';
import { call, withModels } from './support/loaded.ts';

const source = { kind: 'dir', dir: 'all' } as const;

test('a start with a broken newest version says so and serves the one before, as if it had been running', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1', 'all/a/2/x.onnx': 'a2', 'all/a/3/x.onnx': 'broken' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    assert.equal(bench.logged, ['error: the model "a" (version 3) cannot be loaded: it is broken; version 2 serves']);
    assert.is(await call(bench, 'a'), '2: a2');
    assert.match(await call(bench, 'a', '3').catch(String), 'the model "a" (version 3) cannot be loaded: it is broken');
    assert.equal(bench.models.list()['a']?.versions, ['1', '2']);
    assert.is(bench.loaded.filter((one) => one.endsWith('broken')).length, 1);
    put(projectRoot, 'all/a/3/x.onnx', 'a3');
    await bench.until('the mended one', () => bench.logged.some((line) => line.includes('(version 3) is loaded')));
    assert.is(await call(bench, 'a'), '3: a3');
  });
});

test('a broken older version is said by a start that serves the newest', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'broken.', 'all/a/2/x.onnx': 'a2' });
  await withModels({ source, projectRoot }, async (bench) => {
    await bench.models.preload();
    assert.equal(bench.logged, ['error: the model "a" (version 1) cannot be loaded: it is broken; version 2 serves']);
    assert.is(await call(bench, 'a'), '2: a2');
  });
});

test('whoever calls the latest version while it turns out to be broken gets the one before', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1', 'all/a/2/x.onnx': 'broken' });
  await withModels({ source, projectRoot }, async (bench) => {
    const ready = bench.hold('broken');
    const preloaded = bench.models.preload();
    const called = call(bench, 'a');
    ready();
    assert.is(await called, '1: a1');
    await preloaded;
    assert.is(bench.logged.length, 1);
  });
});

test('a model of which every version is broken fails the start, whatever the others have', async () => {
  const files = { 'all/a/1/x.onnx': 'broken', 'all/a/2/x.onnx': 'broken', 'all/b/1/x.onnx': 'b' };
  await withModels({ source, projectRoot: makeTree(files) }, async (bench) => {
    const error = await knownError(bench.models.preload(), 'PONS_ERR_MODELS_NOT_LOADED');
    assert.match(error.message, /^the model "a" \(version [12]\) cannot be loaded: it is broken\.$/);
  });
});

test('a check needs every version', async () => {
  const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1', 'all/a/2/x.onnx': 'broken' });
  await withModels({ source, projectRoot, needsAll: true }, async (bench) => {
    const error = await knownError(bench.models.preload(), 'PONS_ERR_MODELS_NOT_LOADED');
    assert.is(error.message, 'the model "a" (version 2) cannot be loaded: it is broken.');
  });
});

for (const what of ['failingLoads', 'failingFetches'] as const) {
  test(`a version that something else keeps from being loaded fails the start (${what})`, async () => {
    const projectRoot = makeTree({ 'all/a/1/x.onnx': 'a1', 'all/a/2/x.onnx': 'a2' });
    await withModels({ source, projectRoot }, async (bench) => {
      bench[what] = 1;
      await knownError(bench.models.preload(), 'PONS_ERR_MODELS_LOAD_FAILED');
    });
  });
}

test.run();
