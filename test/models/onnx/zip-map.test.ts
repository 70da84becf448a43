import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { floats, floatsOf, outputsOf, run, strings, withModel } from './fixture.ts';

/** A setosa and a virginica. */
const FLOWERS = floats('X', [2, 4], [5.1, 3.5, 1.4, 0.2, 7.7, 2.6, 6.9, 2.3]);

test("a classifier's dictionaries are a matrix with its integer labels", async () => {
  await withModel('classifier-int', async (model) => {
    const map = { keys: 'int64', labels: ['0', '1', '2'] };
    assert.equal(model.outputs, [
      { name: 'output_label', type: 'int64', shape: [null], map: null },
      { name: 'output_probability', type: 'float32', shape: null, map },
    ]);
    const [label, probability] = outputsOf(await run(model, [FLOWERS]));
    assert.equal([label?.bytes.readBigInt64LE(0), label?.bytes.readBigInt64LE(8)], [0n, 2n]);
    assert.equal(probability?.tensor, { name: 'output_probability', type: 'float32', shape: [2, 3], bytes: 24 });
    const values = probability === undefined ? [] : floatsOf(probability);
    assert.ok((values[0] ?? 0) > 0.9 && (values[5] ?? 0) > 0.9);
    assert.ok(Math.abs(values.slice(0, 3).reduce((sum, value) => sum + value, 0) - 1) < 1e-5);
  });
});

test("a classifier's string labels are those of its dictionaries", async () => {
  await withModel('classifier-string', async (model) => {
    assert.equal(model.outputs[1]?.map, { keys: 'string', labels: ['setosa', 'versicolor', 'virginica'] });
    const [probability, label] = outputsOf(await run(model, [FLOWERS], ['output_probability', 'output_label']));
    assert.equal(probability?.tensor.shape, [2, 3]);
    assert.ok(label?.bytes.equals(strings('', [2], ['setosa', 'virginica']).bytes));
  });
});

test('two outputs can be of one tensor, and labels have all their digits', async () => {
  await withModel('shared', async (model) => {
    assert.equal(
      model.outputs.map(({ name, map }) => ({ name, map })),
      [
        { name: 'mapped', map: { keys: 'int64', labels: ['-7', '4611686018427387904'] } },
        { name: 'plain', map: null },
      ],
    );
    const outputs = outputsOf(await run(model, [floats('x', [1, 2], [-1, 5])]));
    assert.equal(outputs.map(floatsOf), [
      [0, 5],
      [0, 5],
    ]);
  });
});

test('a matrix that has not a column for each label is an error of the model', async () => {
  await withModel('shared', async (model) => {
    try {
      await run(model, [floats('x', [1, 3], [1, 2, 3])]);
      assert.unreachable();
    } catch (error) {
      assert.match(
        String(error),
        'the output "mapped" of the model "shared" (version 2) has 2 labels, but its values have the shape [1, 3]',
      );
    }
  });
});

test('a model with dictionaries finds its tensors in the files beside it', async () => {
  await withModel('external-map', async (model) => {
    const [mapped] = outputsOf(await run(model, [floats('x', [1, 2], [1, 2])]));
    assert.equal(mapped && floatsOf(mapped), [3, 8]);
  });
});

test.run();
