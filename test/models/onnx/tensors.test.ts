import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { filled, floats, floatsOf, outputsOf, run, withModel } from './fixture.ts';

test('sizes that are known, named and unknown are told apart, and so are a scalar and any rank', async () => {
  const shapes = { dimensions: [null, 'N', 3], scalar: [], 'any-rank': null };
  for (const [name, shape] of Object.entries(shapes)) {
    await withModel(name, (model) => {
      assert.equal(model.inputs, [{ name: 'x', type: 'float32', shape }]);
      assert.equal(model.outputs, [{ name: 'y', type: 'float32', shape, map: null }]);
      return Promise.resolve();
    });
  }
});

test('a scalar is a tensor without dimensions', async () => {
  await withModel('scalar', async (model) => {
    const [got] = outputsOf(await run(model, [floats('x', [], [2.5])]));
    assert.equal(got?.tensor, { name: 'y', type: 'float32', shape: [], bytes: 4 });
    assert.equal(got && floatsOf(got), [2.5]);
  });
});

test('a model of any rank takes tensors of any, and of no element', async () => {
  await withModel('any-rank', async (model) => {
    for (const shape of [[], [2], [1, 2, 1, 1, 3], [0, 4], [2, 0]]) {
      const size = shape.reduce((product, one) => product * one, 1);
      const given = floats(
        'x',
        shape,
        Array.from({ length: size }, (_, index) => index),
      );
      const [got] = outputsOf(await run(model, [given]));
      assert.equal(got?.tensor, { ...given.tensor, name: 'y' });
      assert.ok(got?.bytes.equals(given.bytes));
    }
  });
});

test('a large tensor is handed over and comes back whole', async () => {
  await withModel('dimensions', async (model) => {
    const size = 300 * 224 * 3;
    const given = floats(
      'x',
      [300, 224, 3],
      Array.from({ length: size }, (_, index) => index),
    );
    const bytes = Buffer.from(given.bytes);
    const [got] = outputsOf(await run(model, [given]));
    assert.ok(got?.bytes.equals(bytes));
  });
});

test('several inputs are given in any order, several outputs come in the order of the model or of the names asked for', async () => {
  await withModel('several', async (model) => {
    const inputs = [
      filled('flag', 'bool', [3], Uint8Array.of(1, 0, 1)),
      floats('b', [2], [10, 20]),
      floats('a', [2], [1, 2]),
    ];
    assert.equal(
      model.outputs.map(({ name }) => name),
      ['number', 'sum', 'size'],
    );
    const [number, sum, size] = outputsOf(await run(model, inputs));
    assert.equal(number?.tensor, { name: 'number', type: 'int8', shape: [3], bytes: 3 });
    assert.equal([...(number?.bytes ?? [])], [1, 0, 1]);
    assert.equal(sum && floatsOf(sum), [11, 22]);
    assert.is(size?.bytes.readBigInt64LE(0), 2n);
    const asked = outputsOf(await run(model, inputs, ['size', 'number', 'size']));
    assert.equal(
      asked.map(({ tensor }) => tensor.name),
      ['size', 'number', 'size'],
    );
    assert.is(asked[2]?.bytes.readBigInt64LE(0), 2n);
    assert.equal((await run(model, inputs, [])).outputs, []);
  });
});

test('an input with a default is no input that is due, and its default is used', async () => {
  await withModel('default', async (model) => {
    assert.equal(
      model.inputs.map(({ name }) => name),
      ['x'],
    );
    const [got] = outputsOf(await run(model, [floats('x', [1, 2], [1, 2])]));
    assert.equal(got && floatsOf(got), [11, 22]);
  });
});

test('tensors beside the model file are found', async () => {
  await withModel('external', async (model) => {
    const [got] = outputsOf(await run(model, [floats('x', [2], [1, 2])]));
    assert.equal(got && floatsOf(got), [3, 8]);
  });
});

test.run();
