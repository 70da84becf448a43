import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { submit, waitForEnd } from '../support/workload.ts';
import { ask, endOf, failureOf } from './support/ask.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';

const server = serveForAllTests(fixtureProject('result'));

/** The answer as text: JavaScript's numbers could not hold it. */
async function textOf(kind: string): Promise<string> {
  const api = server.api('returns');
  const id = await submit(api, JSON.stringify(kind), 'application/json');
  await waitForEnd(api, id);
  return await (await fetch(`${api}/${id}`)).text();
}

test('a dictionary of JSON types comes back as it is, every digit of large integers included', async () => {
  const text = await textOf('plain');
  assert.match(text, /"big":\s*1208925819614629174706176\b/);
  const { result } = JSON.parse(text) as { result: Record<string, unknown> };
  assert.equal(result['a'], [1, 2.5, null, true, 'gr\u00fcn \ud83c\udf37', { b: [] }]);
  assert.equal(result['tuple'], [1, 2]);
});

test("keys that are no strings become strings as Python's json writes them", async () => {
  const text = await textOf('keys');
  assert.match(text, /"1":\s*"bool"/);
  assert.match(text, /"null":\s*"none"/);
  assert.match(text, /"2\.5":\s*"float"/);
});

test('the order of the keys, an empty dictionary and half a surrogate pair survive', async () => {
  assert.match(await textOf('ordered'), /\{"z":\s*1,\s*"a":\s*2\}/);
  assert.match(await textOf('empty'), /"result":\s*\{\}/);
  assert.match(await textOf('surrogate'), /"half":\s*"\\ud83c"/);
});

const NOT_A_DICTIONARY: readonly (readonly [kind: string, named: RegExp])[] = [
  ['list', /list/],
  ['none', /None/],
  ['string', /str/],
  ['bytes', /bytes/],
  ['number', /int/],
  ['object', /Model/],
  ['array', /numpy\.ndarray/],
];

for (const [kind, named] of NOT_A_DICTIONARY) {
  test(`a result that is not a dictionary fails its workload and is named: ${kind}`, async () => {
    const error = await failureOf(server.api('returns'), kind);
    assert.is(error.code, 'PONS_ERR_RESULT_INVALID');
    assert.match(error.message, named);
    assert.match(error.message, /dictionary/);
    assert.match(error.fix, /\w/);
  });
}

const UNSERIALIZABLE: readonly (readonly [kind: string, message: string])[] = [
  ['datetime', 'result.taken[3]: datetime.datetime is not JSON-serializable'],
  ['set', 'result.labels: set is not JSON-serializable'],
  ['nested object', 'result["a b"].c[0].model: Model is not JSON-serializable'],
  ['decimal', 'result.price: decimal.Decimal is not JSON-serializable'],
  ['bytes inside', 'result.image: bytes is not JSON-serializable'],
  ['tuple key', 'result.scores: '],
  ['nan', 'result.loss[1]: NaN'],
  ['infinity', 'result.loss: -Infinity'],
  ['numpy nan', 'result.scores[0][1]: NaN'],
  ['numpy infinity', 'result.score: Infinity'],
  ['cyclic', 'result.a.back: '],
  ['deep', 'result: '],
];

for (const [kind, message] of UNSERIALIZABLE) {
  test(`what JSON cannot hold fails its workload with the path to it: ${kind}`, async () => {
    const error = await failureOf(server.api('returns'), kind);
    assert.is(error.code, 'PONS_ERR_RESULT_INVALID');
    assert.is(error.message.slice(0, message.length), message);
  });
}

test('NumPy scalars and arrays are converted, wherever they are', async () => {
  assert.equal(await ask(server.api('returns'), 'numpy'), {
    int: 7,
    small: 255,
    float: 0.5,
    bool: true,
    array: [
      [0, 1, 2],
      [3, 4, 5],
    ],
    nested: [{ row: [1.5, 2.5] }],
    zero_dim: 3,
    strings: ['a', 'b'],
  });
  assert.equal(await ask(server.api('returns'), 'numpy key'), { 3: 'three' });
});

test('the process that returned something invalid lives on', async () => {
  const before = await ask(server.api('returns'), 'pid');
  await endOf(server.api('returns'), 'deep');
  await endOf(server.api('returns'), 'list');
  assert.equal(await ask(server.api('returns'), 'pid'), before);
});

const RAISED: readonly (readonly [kind: string, message: RegExp])[] = [
  ['chained', /ModelError: not a number: five .*ValueError: invalid literal/],
  ['base', /KeyboardInterrupt: stopped/],
  ['exit', /SystemExit: bye/],
  ['unprintable', /Unprintable/],
  ['unpicklable', /Unpicklable: odd/],
  ['recursion', /RecursionError/],
  ['generator', /GeneratorExit/],
  ['unicode', /RuntimeError: gr\u00fcn/],
];

for (const [kind, message] of RAISED) {
  test(`an exception fails its workload only, and the process takes the next one: ${kind}`, async () => {
    const { pid } = await ask(server.api('raises'), 'alive');
    const error = await failureOf(server.api('raises'), kind);
    assert.is(error.code, 'PONS_ERR_PREDICTOR_RAISED');
    assert.match(error.message, message);
    assert.equal(await ask(server.api('raises'), 'alive'), { pid, payload: 'alive' });
  });
}

test("an exception shows the user's own frames, and none of ours", async () => {
  const { message } = await failureOf(server.api('raises'), 'chained');
  assert.match(message, /raises\.py:\d+ in predict: return \{"number": parse\("five"\)\}/);
  assert.match(message, /raises\.py:\d+ in parse: raise ModelError/);
  assert.not.match(message, /predictor_host|bridge/);
});

test.run();
