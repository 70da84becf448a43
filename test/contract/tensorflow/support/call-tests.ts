import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, failureOf } from '../../support/ask.ts';
import type { FixtureServer } from '../../support/fixture-server.ts';

/** The models of the fixture project tensorflow/calls: names in `models.paths` to those of `make_models.py`. */
export const CALLED_MODELS: Readonly<Record<string, string>> = {
  iris: 'iris',
  texts: 'texts',
  scale: 'scale',
  doubled: 'several',
  tripled: 'several',
  predicted: 'several-with-predict',
};

interface Metadata {
  readonly disk_path: string;
  readonly signature_def: Readonly<Record<string, unknown>>;
  readonly signature_key: string;
  readonly input_signatures: unknown;
  readonly timestamp: number;
}

/**
 * Tests of the fixture project tensorflow/calls, whose predictors do not know where their server is. `irises` are the versions of the model iris that the
 * server has loaded, of 1 and 2.
 */
export function testCalls(server: FixtureServer, irises: readonly string[]): void {
  const called = (input: unknown, further: object = {}) => ask(server.api('by-name'), { input, ...further });

  test('a class id is text that int() takes, and indexes a list of labels', async () => {
    const result = await ask(server.api('iris'), { measures: [0, 0, 2, 0] });
    assert.equal([result['label'], result['raw']], ['virginica', ['2']]);
    assert.ok(Number(result['sure']) > 0.6);
  });

  test('the highest version is the latest, and each one can be named', async () => {
    const labels: Readonly<Record<string, string>> = { latest: 'setosa', 1: 'versicolor', 2: 'setosa' };
    for (const version of ['latest', ...irises]) {
      const { label } = await ask(server.api('iris'), { measures: [0.5, 1, 0, 0], version });
      assert.is(label, labels[version]);
    }
  });

  test('strings go in as they are and come out in base64, 64-bit integers as text, lists flat', async () => {
    assert.equal(await ask(server.api('texts'), { words: ['Gr\u00fc\u00dfe', ' \ud83c\udf37'], times: 2 }), {
      joined: 'Gr\u00fc\u00dfe \ud83c\udf37',
      repeated: ['Gr\u00fc\u00dfe', 'Gr\u00fc\u00dfe', ' \ud83c\udf37', ' \ud83c\udf37'],
      length: [7, 5],
      raw: [Buffer.from('Gr\u00fc\u00dfe \ud83c\udf37').toString('base64')],
    });
    const features = [
      [9, 0, 0, 0],
      [0, 0, 9, 0],
    ];
    const { class_ids: ids, probabilities } = await called({ features }, { model: 'iris' });
    assert.equal(ids, ['0', '2']);
    assert.is((probabilities as number[]).length, 6);
  });

  test('floats have the digits of their 32 bits and no more', async () => {
    assert.equal(await called({ x: [0.1, 1e-8, 3, 16777216] }, { model: 'scale' }), { y: [0.2, 2e-8, 6, 33554432] });
  });

  test('of several signatures signature_key names the one, of each model its own; else it is predict', async () => {
    for (const [model, product] of [
      ['doubled', 8],
      ['tripled', 12],
      ['predicted', 8],
    ] as const) {
      assert.equal(await called({ x: [4] }, { model }), { y: [product] });
    }
  });

  test('a model can be called in the constructor', async () => {
    assert.equal(await ask(server.api('tripled')), { y: [3, 0.3] });
  });

  test('metadata has each version with its signatures', async () => {
    const metadata = await ask<Record<string, Metadata>>(server.api('by-name'), 'metadata');
    const names = ['doubled-1', 'predicted-1', 'scale-1', 'texts-1', 'tripled-1'];
    assert.equal(Object.keys(metadata).sort(), [...names, ...irises.map((version) => `iris-${version}`)].sort());
    const { 'tripled-1': tripled, 'iris-2': iris } = metadata;
    if (tripled === undefined || iris === undefined) throw new Error('they are listed, and not there');
    assert.is(tripled.signature_key, 'explain');
    assert.equal(Object.keys(tripled.signature_def).sort(), ['classify', 'explain']);
    assert.equal(tripled.input_signatures, { x: { shape: [-1], type: 'float32' } });
    assert.equal(iris.input_signatures, { features: { shape: [-1, 4], type: 'float32' } });
    assert.equal(iris.signature_def['serving_default'], {
      inputs: { features: { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '-1' }, { size: '4' }] } } },
      outputs: {
        class_ids: { dtype: 'DT_INT64', tensorShape: { dim: [{ size: '-1' }] } },
        probabilities: { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '-1' }, { size: '3' }] } },
      },
      methodName: 'tensorflow/serving/predict',
    });
    assert.is(typeof tripled.timestamp, 'number');
    assert.is(typeof tripled.disk_path, 'string');
  });

  const x = 'the model "scale" (version 1): input "x": expected float32 of shape [?], got';
  const WRONG: readonly (readonly [what: string, call: object, message: string])[] = [
    ['rank', { model: 'scale', input: { x: [[1, 2]] } }, `${x} shape [1, 2]`],
    ['string', { model: 'scale', input: { x: ['1'] } }, `${x} the string '1' at [0]`],
    ['ragged', { model: 'scale', input: { x: [[1], [2, 3]] } }, `${x} a ragged list`],
    ['missing', { model: 'scale', input: {} }, 'the model "scale" (version 1): input "x" is missing'],
    ['unknown', { model: 'scale', input: { x: [1], y: [1] } }, 'the model "scale" (version 1): unknown input "y"'],
    [
      'a list',
      { model: 'scale', input: [1] },
      'the model "scale" (version 1): expected a dictionary with the inputs "x"',
    ],
    [
      'fraction',
      { model: 'texts', input: { text: ['a'], times: 1.5 } },
      'the model "texts" (version 1): input "times": ',
    ],
    ['in the run', { model: 'texts', input: { text: ['a'], times: -1 } }, 'the model "texts" (version 1)'],
    ['version', { model: 'scale', version: 3, input: { x: [1] } }, 'model_version is "latest" or digits in a string'],
    ['no name', { input: { x: [1] } }, 'model_name is missing; the models are: doubled, iris, predicted'],
    [
      'a wrong name',
      { model: 'scales', input: { x: [1] } },
      'there is no model "scales"; the models are: doubled, iris',
    ],
    [
      'no such version',
      { model: 'iris', version: '7', input: {} },
      `the model "iris" has no version 7; its versions are: ${irises.join(', ')}`,
    ],
  ];

  for (const [what, call, message] of WRONG) {
    test(`a wrong call fails its workload by a sentence, and can be caught in the process that lives on: ${what}`, async () => {
      const error = await failureOf(server.api('by-name'), call);
      assert.is(error.code, 'PONS_ERR_PREDICTOR_RAISED');
      assert.match(error.message, `Exception: ${message}`);
      const result = await ask(server.api('by-name'), { ...call, catch: true });
      assert.equal(result['caught'], ['UserException', 'CortexException', 'Exception']);
      assert.is(String(result['message']).slice(0, message.length), message);
    });
  }

  test('all of them were caught in one process', async () => {
    const pids = await Promise.all(
      WRONG.slice(0, 4).map(([, call]) => ask(server.api('by-name'), { ...call, catch: true })),
    );
    assert.is(new Set(pids.map(({ pid }) => pid)).size, 1);
  });
}
