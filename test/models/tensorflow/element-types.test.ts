import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dataTypes } from '../../../runtime/models/tensorflow/data-types.ts';
import type { TensorflowModel } from '../../../runtime/models/tensorflow/model.ts';
import { readStrings } from '../../../bridge/node/string-tensor.ts';
import { elementCount, type TensorBytes } from '../../../bridge/node/tensor-body.ts';
import { asFlat, awkwardTensor, flatten, type FlatValue } from '../../support/tensorflow/flat.ts';
import { installTensorflow } from '../../support/tensorflow/installed.ts';
import { localModel } from '../../support/tensorflow/own-serving.ts';
import { basesOf, openExternal } from '../../support/tensorflow/served-models.ts';
import { StandIn } from '../../support/tensorflow/stand-in.ts';

type Reference = Readonly<Record<string, { readonly dtype: string; readonly values: readonly FlatValue[] }>>;

const reference = fileURLToPath(new URL('../../support/tensorflow/reference.py', import.meta.url));
const tensorflow = await installTensorflow();
const signal = new AbortController().signal;
const bases = basesOf(tensorflow, ['echo']);
const typed = await StandIn.start(tensorflow, bases);
const asContent = await StandIn.start(tensorflow, bases, { args: ['--enable_serialization_as_tensor_content=true'] });

test.after(async () => {
  await typed.kill();
  await asContent.kill();
});

/** The inputs of the model `echo` are called by NumPy's names for their types, and `qint8` and so on. */
function inputsOf(shape: readonly number[]): TensorBytes[] {
  return dataTypes.map(({ name }) => awkwardTensor(nameOf(name), name, shape));
}

function nameOf(dtype: string): string {
  const short = dtype.slice('DT_'.length).toLowerCase();
  return { float: 'float32', double: 'float64', half: 'float16' }[short] ?? short;
}

async function echo(server: StandIn, inputs: readonly TensorBytes[]): Promise<TensorBytes[]> {
  const { serving } = await openExternal({ address: server.address }, ['echo']);
  try {
    const model: TensorflowModel = await serving.load(localModel('echo', '1', ''));
    return await model.predict(inputs, signal);
  } finally {
    await serving.close();
  }
}

function askReference(inputs: readonly TensorBytes[]): Reference {
  const given = dataTypes.map(({ name }, index) => {
    const { shape, bytes, type, name: input } = inputs[index] ?? awkwardTensor('', name, []);
    const strings =
      type === 'string'
        ? readStrings(bytes, elementCount(shape), (start, end) => bytes.toString('base64', start, end))
        : [];
    const content = type === 'string' ? { strings } : { content: bytes.toString('base64') };
    return [input, { dtype: name, shape, ...content }] as const;
  });
  const asked = JSON.stringify({ model: 'echo', inputs: Object.fromEntries(given) });
  const { host, port } = typed.address;
  return JSON.parse(
    execFileSync(python(), [reference, `${host}:${port}`], {
      input: asked,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  ) as Reference;
}

function python(): string {
  return tensorflow.python;
}

test('what every type comes back as is what json_format.MessageToDict gives to a client in Python', async () => {
  const inputs = inputsOf([2, 3]);
  const expected = askReference(inputs);
  const outputs = await echo(typed, inputs);
  assert.is(outputs.length, dataTypes.length);
  for (const output of outputs) {
    const { dtype, values } = expected[output.name] ?? { dtype: '', values: [] };
    assert.equal(
      flatten(output),
      values.map((value) => asFlat(dtype, value)),
      output.name,
    );
    assert.equal(output.shape, [2, 3]);
  }
});

for (const shape of [[], [1], [0], [2, 0], [2, 3], [1, 2, 1, 3]]) {
  for (const [server, how] of [
    [typed, 'typed fields'],
    [asContent, 'tensor_content'],
  ] as const) {
    test(`every type of shape [${shape.join(', ')}] comes back bit by bit from a server that answers in ${how}`, async () => {
      const inputs = inputsOf(shape);
      const outputs = await echo(server, inputs);
      for (const input of inputs) {
        const output = outputs.find(({ name }) => name === input.name);
        assert.is(output?.type, input.type, input.name);
        assert.equal(output?.shape, shape, input.name);
        assert.is(output?.bytes.toString('hex'), input.bytes.toString('hex'), input.name);
      }
    });
  }
}

test('inputs of unknown rank are described so, and quantized types as plain integers', async () => {
  const { serving } = await openExternal({ address: typed.address }, ['echo']);
  const model = await serving.load(localModel('echo', '1', ''));
  await serving.close();
  assert.equal(
    model.inputs.find(({ name }) => name === 'float32'),
    { name: 'float32', type: 'float32', shape: null },
  );
  assert.is(model.inputs.find(({ name }) => name === 'quint16')?.type, 'uint16');
  assert.equal(
    model.outputs.map(({ name }) => name),
    [...model.outputs.map(({ name }) => name)].sort(),
  );
});

test.run();
