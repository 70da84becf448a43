import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { up } from '../../../bridge/node/methods.ts';
import { withCaller } from '../../support/models/caller.ts';
import { ModelPeer, type PeerModel, spec } from '../../support/models/peer.ts';
import type { FilledTensor } from '../../support/models/tensor-body.ts';
import { newest, pythons } from '../../support/pythons.ts';

const floats = (name: string, shape: readonly number[], values: readonly number[]): FilledTensor => ({
  tensor: { name, type: 'float32', shape, bytes: 4 * values.length },
  content: Buffer.from(Float32Array.from(values).buffer),
});

/** Several inputs and outputs, whose bytes do not fill multiples of eight. */
const MANY: PeerModel = {
  inputs: [
    spec('a', 'uint8', [3]),
    spec('b', 'string', ['N']),
    spec('c', 'float64', []),
    spec('d', 'float16', ['N', null]),
    spec('e', 'int64', ['N']),
  ],
  outputs: [
    spec('b', 'string', ['N']),
    spec('a', 'uint8', [3]),
    spec('d', 'float16', ['N', null]),
    spec('e', 'int64', ['N']),
  ],
  run: (inputs) => ['b', 'a', 'd', 'e'].flatMap((name) => inputs.filter(({ tensor }) => tensor.name === name)),
};

/** As the models that skl2onnx makes of classifiers: a label and the probabilities. */
const zipMap = (keys: 'int64' | 'string', labels: readonly string[]): PeerModel => ({
  inputs: [spec('X', 'float32', [null, 4])],
  outputs: [
    spec('label', 'float32', [null]),
    spec('probabilities', 'float32', [null, labels.length], { keys, labels }),
  ],
  run: () => [floats('label', [2], [0, 1]), floats('probabilities', [2, 3], [0.1, 0.5, 0.25, 1, 0, 0])],
});

const models: Readonly<Record<string, PeerModel>> = {
  many: MANY,
  numbered: zipMap('int64', ['10', '2', '-3']),
  named: zipMap('string', ['b', 'a', 'ü']),
  vector: { ...zipMap('string', ['no', 'yes']), run: () => [floats('probabilities', [2], [0.25, 0.75])] },
  _cortex_default: { inputs: [spec('x "é"', 'float32', ['N', null, 3]), spec('y', 'string', null)] },
};
const ALL = "{'d': [[1], [2.5], [3]], 'a': [1, 2, 3], 'c': 0.5, 'b': ['é', '', 'abc'], 'e': []}";
const FLOAT_TENTH = '0.10000000149011612';

for (const python of pythons) {
  test(`several inputs and outputs go by their names (Python ${python.version})`, () => {
    const peer = new ModelPeer(models);
    return withCaller({ peer, python }, async (tell) => {
      const lists = "[['é', '', 'abc'], [1, 2, 3], [[1.0], [2.5], [3.0]], []]";
      assert.equal(await tell(`client.predict(${ALL}, 'many')`), [lists]);
    });
  });
}

test('with NumPy each output is an array of its own', () => {
  const peer = new ModelPeer(models);
  return withCaller({ peer, numpy: true }, async (tell) => {
    const arrays =
      "[object(3,) ['é', '', 'abc'], uint8(3,) [1, 2, 3], float16(3, 1) [[1.0], [2.5], [3.0]], int64(0,) []]";
    assert.equal(await tell(`client.predict(${ALL}, 'many')`), [arrays]);
  });
});

for (const numpy of [false, true]) {
  test(`what a ZipMap made is a list of dictionaries (${numpy ? 'NumPy' : 'no NumPy'})`, () => {
    const peer = new ModelPeer(models);
    return withCaller({ peer, numpy }, async (tell) => {
      const told = await tell(
        "client.predict([0] * 8, 'numbered')[1]",
        "client.predict([0] * 8, 'named')[1]",
        "client.predict([0] * 4, 'vector')[0]",
        "[type(item).__name__ for pair in client.predict([0] * 8, 'numbered')[1][0].items() for item in pair]",
        "bool(client.predict([0] * 8, 'numbered')[0][1] == 1)",
      );
      assert.equal(told, [
        `[{-3: 0.25, 2: 0.5, 10: ${FLOAT_TENTH}}, {-3: 0.0, 2: 0.0, 10: 1.0}]`,
        `[{'a': 0.5, 'b': ${FLOAT_TENTH}, 'ü': 0.25}, {'a': 0.0, 'b': 1.0, 'ü': 0.0}]`,
        "[{'no': 0.25, 'yes': 0.75}]",
        "['int', 'float', 'int', 'float', 'int', 'float']",
        'True',
      ]);
    });
  });
}

test('get_model tells inputs, outputs and signatures as onnxruntime and Cortex do', () => {
  const peer = new ModelPeer(models);
  return withCaller({ peer, python: newest }, async (tell) => {
    const told = await tell(
      'sorted(client.get_model())',
      "client.get_model()['input_signatures']",
      "[(i.name, i.type, i.shape) for i in client.get_model(model_version='1')['signatures']]",
      "[(o.name, o.type, o.shape) for o in client.get_model('numbered')['session'].get_outputs()]",
      "[(i.name, i.type, i.shape) for i in client.get_model('many')['session'].get_inputs()]",
      "client.get_model('many')['session'].get_providers()",
      "client.get_model('none')",
    );
    assert.equal(told, [
      "['input_signatures', 'session', 'signatures']",
      `{'x "é"': {'shape': ['N', None, 3], 'type': 'float32'}, 'y': {'shape': [], 'type': 'object'}}`,
      `[('x "é"', 'tensor(float)', ['N', None, 3]), ('y', 'tensor(string)', [])]`,
      "[('label', 'tensor(float)', [None]), ('probabilities', 'seq(map(int64,tensor(float)))', [])]",
      "[('a', 'tensor(uint8)', [3]), ('b', 'tensor(string)', ['N']), ('c', 'tensor(double)', []), ('d', 'tensor(float16)', ['N', None]), ('e', 'tensor(int64)', ['N'])]",
      "['CPUExecutionProvider']",
      'UserRuntimeException: no version latest of a model none; there is many, numbered, named, vector, _cortex_default',
    ]);
  });
});

test('session.run answers with the outputs named; what lives in the supervisor alone says so', () => {
  const peer = new ModelPeer(models);
  const session = "client.get_model('many')['session']";
  return withCaller({ peer }, async (tell) => {
    const told = await tell(
      `${session}.run(['a', 'b'], ${ALL})`,
      `len(${session}.run(None, ${ALL})), len(${session}.run([], ${ALL})), len(${session}.run(iter('ab'), ${ALL}))`,
      `${session}.run(['z'], ${ALL})`,
      `${session}.run(None, {'a': [1]})`,
      `${session}.run(None, [1])`,
      `${session}.run('a', ${ALL})`,
      `${session}.run(['a', 3], ${ALL})`,
      `${session}.run(None, ${ALL}, object())`,
      `${session}.get_modelmeta()`,
      `hasattr(${session}, 'io_binding')`,
    );
    assert.equal(told, [
      "[[1, 2, 3], ['é', '', 'abc']]",
      '(4, 4, 2)',
      'UserRuntimeException: no output z',
      'UserRuntimeException: the model "many" (version 1): input "b" is missing: expected "a", "b", "c", "d", "e", got "a"',
      'UserRuntimeException: the model "many" (version 1): expected a dictionary with the inputs "a", "b", "c", "d", "e", got a list',
      `UserRuntimeException: the model "many" (version 1): expected a list of names of outputs, got the string 'a'`,
      'UserRuntimeException: the model "many" (version 1): expected a list of names of outputs, got one with 3',
      'UserRuntimeException: session.run takes no run_options: the session lives in the supervisor',
      'AttributeError: session.get_modelmeta: the session lives in the supervisor, which runs the model for all processes; ' +
        'what works here is run, get_inputs, get_outputs, get_providers',
      'False',
    ]);
  });
});

test('a session that was taken before the model was exchanged gives the outputs of the one that is there now', () => {
  const peer = new ModelPeer({ _cortex_default: { inputs: [spec('x', 'float32', ['N'])] } });
  return withCaller({ peer }, async (tell) => {
    const kept = "(vars(self).get('kept') or vars(self).setdefault('kept', client.get_model()['session']))";
    assert.equal(await tell(`${kept}.run(['x'], {'x': [1]})`), ['[[1.0]]']);
    const exchanged = { inputs: [spec('x', 'float32', ['N'])], outputs: [spec('y', 'float32', ['N'])] };
    peer.models.set('_cortex_default', { ...exchanged, run: () => [floats('y', [1], [2])] });
    assert.equal(await tell(`${kept}.run(['y'], {'x': [1]})`), ['[[2.0]]']);
  });
});

test('the class can be named in annotations', async () => {
  for (const [type, name] of [
    ['onnx', 'ONNXClient'],
    ['tensorflow', 'TensorFlowClient'],
  ] as const) {
    await withCaller({ peer: new ModelPeer(models), type }, async (tell) => {
      const named = `__import__('importlib').import_module('cortex_internal.lib.client.${type}').${name}`;
      assert.equal(await tell(`isinstance(client, ${named})`), ['True']);
    });
  }
});

test('metadata and caching are what the supervisor tells', () => {
  const peer = new ModelPeer(models);
  peer.list = { models: { iris: { versions: ['2', '10'], timestamps: [1601668127, 1601668128] } }, caching: true };
  return withCaller({ peer }, async (tell) => {
    assert.equal(await tell('client.metadata', 'client.caching'), [
      "{'iris': {'versions': ['2', '10'], 'timestamps': [1601668127, 1601668128]}}",
      'True',
    ]);
    assert.is(peer.count(up.onnxList), 2);
  });
});

test.run();
