import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { submit, waitForEnd } from '../../../support/workload.ts';
import { ask, failureOf } from '../../support/ask.ts';
import type { FixtureServer } from '../../support/fixture-server.ts';
import { recordsWhere, requestOf } from '../../support/records.ts';

/** The models of the fixture project onnx/calls. */
export const CALLED_MODELS: Readonly<Record<string, string>> = {
  'models/iris/iris.onnx': 'classifier-int',
  'models/flowers.onnx': 'classifier-string',
  'models/times/1/times.onnx': 'times-2',
  'models/times/2/model.onnx': 'times-3',
  'models/times/10/times.onnx': 'times-10',
  'models/addition.onnx': 'several',
  'models/detector/picture.onnx': 'picture',
  'shelf/times/3/times.onnx': 'times-3',
  'shelf/times/10/times.onnx': 'times-10',
  'shelf/picture/picture.onnx': 'picture',
  'shelf/flowers/1/flowers.onnx': 'classifier-string',
  'shelf/addition/several.onnx': 'several',
  'shelf/counts/counts.onnx': 'identity-int32',
};

const SETOSA = { sepal_length: 5.2, sepal_width: 3.6, petal_length: 1.4, petal_width: 0.3 };
const FLOWERS = [
  [5.1, 3.5, 1.4, 0.2],
  [7.7, 2.6, 6.9, 2.3],
];

/** Tests of the fixture project onnx/calls, whose predictors do not know whether there is NumPy. */
export function testCalls(server: FixtureServer): void {
  test('a flat list of four numbers is what an iris classifier takes, and its class id indexes a list', async () => {
    assert.equal(await ask(server.api('iris'), SETOSA), { label: 'setosa' });
  });

  test("a classifier's names and probabilities are as its exporter made them: a list of dictionaries", async () => {
    const result = await ask(server.api('flowers'), { flowers: FLOWERS });
    assert.equal([result['names'], result['best']], Array(2).fill(['setosa', 'virginica']));
    for (const sure of result['sure'] as number[]) assert.ok(sure > 0.9);
    assert.equal(await ask(server.api('flowers'), { flowers: FLOWERS, raw: true }), {
      kinds: ['list', 'dict'],
      keys: ['setosa', 'versicolor', 'virginica'],
    });
  });

  test('the highest version is the latest, by number and not by text, and every other one can be named', async () => {
    const numbers = [1, 2];
    for (const [version, products] of [
      [undefined, [10, 20]],
      ['latest', [10, 20]],
      ['10', [10, 20]],
      ['2', [3, 6]],
      ['1', [2, 4]],
    ] as const) {
      assert.equal(await ask(server.api('versions'), { numbers, version }), { products });
    }
  });

  test('models of models.paths are called by their names', async () => {
    const api = server.api('by-name');
    const { first } = await ask(api, { model: 'iris', input: FLOWERS });
    assert.equal(first, [0, 2]);
    assert.equal(await ask(api, { model: 'times', version: '2', input: [1] }), {
      first: [3],
      model: { name: 'times', version: '2' },
    });
    const addition = { a: [1, 2], b: [0.5, 0.25], flag: [true, false, true] };
    assert.equal((await ask(api, { model: 'addition', input: addition }))['first'], [1, 0, 1]);
  });

  test('models of models.dir have the names of their folders', async () => {
    const api = server.api('shelf');
    assert.equal((await ask(api, { model: 'times', input: [4] }))['first'], [40]);
    assert.equal((await ask(api, { model: 'times', version: '3', input: [4] }))['first'], [12]);
    assert.equal((await ask(api, { model: 'addition', input: { a: [1], b: [2], flag: [false] } }))['first'], [0]);
  });

  test('models that make room for each other in memory are called in turn as if all were there', async () => {
    const api = server.api('cached');
    for (const round of [1, 2]) {
      assert.equal((await ask(api, { model: 'times', input: [round] }))['first'], [10 * round]);
      assert.equal((await ask(api, { model: 'times', version: '3', input: [round] }))['first'], [3 * round]);
      const addition = { a: [round], b: [0], flag: [true] };
      assert.equal((await ask(api, { model: 'addition', input: addition }))['first'], [1]);
    }
    const pairs = await Promise.all([7, 8, 9].map((number) => ask(api, { model: 'times', input: [number] })));
    assert.equal(
      pairs.map(({ first }) => first),
      [[70], [80], [90]],
    );
  });

  test('metadata lists models, versions and timestamps', async () => {
    type Metadata = Readonly<Record<string, { readonly versions: string[]; readonly timestamps: number[] }>>;
    for (const [api, models] of [
      ['by-name', { iris: ['1'], times: ['1', '2', '10'], addition: ['1'] }],
      ['shelf', { times: ['3', '10'], picture: ['1'], flowers: ['1'], addition: ['1'], counts: ['1'] }],
      ['cached', { times: ['3', '10'], picture: ['1'], flowers: ['1'], addition: ['1'], counts: ['1'] }],
    ] as const) {
      const metadata: Metadata = await ask<Metadata>(server.api(api), 'metadata');
      const listed = Object.entries(metadata).map(([name, { versions }]) => [name, [...versions].sort()] as const);
      const expected = Object.entries<readonly string[]>(models).map(
        ([name, versions]) => [name, [...versions].sort()] as const,
      );
      assert.equal(Object.fromEntries(listed), Object.fromEntries(expected));
      for (const { versions, timestamps } of Object.values(metadata)) {
        assert.is(timestamps.length, versions.length);
        for (const seconds of timestamps) assert.ok(Number.isInteger(seconds) && seconds > 1e9 && seconds < 1e11);
      }
    }
  });

  test('get_model gives a session with signatures, as onnxruntime writes them', async () => {
    const inputs = [
      ['a', 'tensor(float)', ['N']],
      ['b', 'tensor(float)', ['N']],
      ['flag', 'tensor(bool)', ['M']],
    ];
    assert.equal(await ask(server.api('session'), 'signatures'), {
      keys: ['input_signatures', 'session', 'signatures'],
      signatures: inputs,
      input_signatures: {
        a: { shape: ['N'], type: 'float32' },
        b: { shape: ['N'], type: 'float32' },
        flag: { shape: ['M'], type: 'bool' },
      },
      inputs,
      outputs: [
        ['number', 'tensor(int8)', ['M']],
        ['sum', 'tensor(float)', ['N']],
        ['size', 'tensor(int64)', [1]],
      ],
    });
  });

  test('session.run gives the outputs that are named, in that order, and all of them for None', async () => {
    const feed = { a: [1, 2], b: [10, 20], flag: [true] };
    const run = (outputs: string[] | null) => ask(server.api('session'), { feed, outputs });
    assert.equal(await run(['size', 'sum']), { outputs: [[2], [11, 22]] });
    assert.equal(await run(null), { outputs: [[1], [11, 22], [2]] });
  });

  test('what a session cannot do here says so, and what it can', async () => {
    const { message } = await failureOf(server.api('session'), 'end profiling');
    assert.match(message, /AttributeError: session\.end_profiling: .*what works here is run, get_inputs/);
  });

  test('the size of a picture is found in the signature', async () => {
    assert.equal(await ask(server.api('detector'), { colors: [0.5, 0.25, 1] }), {
      size: [6, 4],
      type: 'float32',
      means: [0.5, 0.25, 1],
    });
  });

  test('models can be called in the constructor, errors included', async () => {
    const result = await ask(server.api('early'));
    assert.equal([result['products'], result['models']], [[10, 25], 1]);
    assert.match(String(result['caught']), /input "x": expected float32 of shape \[N\], got the string 'one' at \[0\]/);
  });

  test('a predictor with annotations, a log and metrics calls its model by keywords', async () => {
    const api = server.api('annotated');
    const id = await submit(api, '[1, 2, 3]', 'application/json');
    assert.equal((await waitForEnd(api, id)).result, { sum: 12, request_id: id });
    const records = recordsWhere(server, (record) => requestOf(record) === id && record['message'] === 'a call');
    assert.equal(
      records.map((record) => record['numbers']),
      [3],
    );
  });

  test('what is called at once is answered each by its own', async () => {
    const api = server.api('versions');
    const results = await Promise.all(Array.from({ length: 30 }, (_, at) => ask(api, { numbers: [at] })));
    assert.equal(
      results,
      Array.from({ length: 30 }, (_, at) => ({ products: [10 * at] })),
    );
  });
}
