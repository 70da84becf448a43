import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { answerOf, type Output } from '../../../runtime/models/onnx/answer.ts';
import { ModelError } from '../../../runtime/models/model-error.ts';
import { floats, floatsOf, outputsOf } from './fixture.ts';

function output(name: string, data: Float32Array, labels: readonly string[] | null = null): Output {
  const map = labels === null ? null : ({ keys: 'string', labels } as const);
  return { name, map, tensor: { type: 'float32', data, dims: [data.length] } as unknown as Output['tensor'] };
}

test('one output is answered with its own memory, several with a copy, and theirs is given back', () => {
  const one = new Float32Array(50_000).fill(1);
  assert.is(answerOf('the model', [output('y', one)]).body, one.buffer);
  const [first, second] = [new Float32Array(50_000).fill(2), new Float32Array(50_000).fill(3)];
  const { outputs, body } = answerOf('the model', [output('y', first), output('z', second), output('y', first)]);
  assert.equal(
    outputsOf({ outputs, body: Buffer.from(body) }).map((each) => floatsOf(each)[49_999]),
    [2, 3, 2],
  );
  assert.equal([first.length, second.length], [0, 0]);
});

test('where there is no answer, the memory of what it would have been made of is given back', () => {
  const tooLarge = new Float32Array(300_000_000);
  const mislabelled = new Float32Array(50_000);
  for (const [data, labels, told] of [
    [tooLarge, null, 'the model answered with 1200200000 bytes; at most'],
    [mislabelled, ['a'], 'the output "y" of the model has 1 labels'],
  ] as const) {
    const other = new Float32Array(50_000);
    try {
      answerOf('the model', [output('y', data, labels), output('z', other)]);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, ModelError);
      assert.match((error as ModelError).message, told);
      assert.equal([data.length, other.length], [0, 0]);
    }
  }
});

test('a small output keeps its memory, which may be shared', () => {
  const data = new Float32Array(2).fill(5);
  answerOf('the model', [output('y', data), output('z', data)]);
  assert.equal([...data], floatsOf(floats('y', [2], [5, 5])));
});

test.run();
