import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ElementType } from '../../../bridge/node/tensors.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { filled, fixture, OPTIONS, outputsOf, run, strings, withModel, withProcesses } from './fixture.ts';

/** For each type, elements at the ends of what it can hold. */
const EXTREMES: Readonly<Partial<Record<ElementType, ArrayBufferView>>> = {
  float16: Uint16Array.of(0x3c00, 0xfbff, 0x7c00, 0x0001),
  float32: Float32Array.of(1.5, -3.4028234663852886e38, Infinity, NaN),
  float64: Float64Array.of(0.1, -1.7976931348623157e308, -Infinity, NaN),
  int8: Int8Array.of(-128, 127, 0),
  int16: Int16Array.of(-32768, 32767, 0),
  int32: Int32Array.of(-2147483648, 2147483647, 0),
  int64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 0n),
  uint8: Uint8Array.of(0, 255),
  uint16: Uint16Array.of(0, 65535),
  uint32: Uint32Array.of(0, 4294967295),
  uint64: BigUint64Array.of(0n, 2n ** 64n - 1n),
  bool: Uint8Array.of(1, 0, 1),
};

for (const [type, data] of Object.entries(EXTREMES) as [ElementType, ArrayBufferView & { length: number }][]) {
  test(`${type} passes through a model bit by bit, and so does no element of it`, async () => {
    await withModel(`identity-${type}`, async (model) => {
      assert.equal(model.inputs, [{ name: 'x', type, shape: ['N'] }]);
      assert.equal(model.outputs, [{ name: 'y', type, shape: ['N'], map: null }]);
      const given = filled('x', type, [data.length], data);
      const [got] = outputsOf(await run(model, [given]));
      assert.equal(got?.tensor, { ...given.tensor, name: 'y' });
      assert.ok(got?.bytes.equals(given.bytes));
      const { outputs, body } = await run(model, [filled('x', type, [0], new Uint8Array())]);
      assert.equal(outputs, [{ name: 'y', type, shape: [0], bytes: 0 }]);
      assert.is(body.length, 0);
    });
  });
}

test('strings of any length and alphabet pass through a model, and so does none', async () => {
  await withModel('identity-string', async (model) => {
    for (const values of [['plain', '', 'Größe 日本語 🦆', 'x'.repeat(100_000)], []]) {
      const given = strings('x', [values.length], values);
      const [got] = outputsOf(await run(model, [given]));
      assert.equal(got?.tensor, { ...given.tensor, name: 'y' });
      assert.ok(got?.bytes.equals(given.bytes));
    }
  });
});

test('a model with elements that cannot be passed on is refused by its input and type', async () => {
  await withProcesses(async (processes) => {
    for (const type of ['bfloat16', 'complex64']) {
      try {
        await OnnxModel.load(processes, fixture(`identity-${type}`), OPTIONS);
        assert.unreachable();
      } catch (error) {
        assert.match(String(error), `has the input "x" of type ${type}, which onnxruntime-node cannot pass on`);
      }
    }
  });
});

test.run();
