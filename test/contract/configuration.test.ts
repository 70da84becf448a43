import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask } from './support/ask.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';

const server = serveForAllTests(fixtureProject('configuration'));

const SEEN: readonly (readonly [what: string, key: string, repr: string])[] = [
  ['yes, no, on and off are booleans', 'booleans', '[True, False, True, False, True, False]'],
  ['010 is octal', 'octal', '8'],
  ['0x1F is hexadecimal', 'hexadecimal', '31'],
  ['1_000 is a thousand', 'underscored', '1000'],
  ['a large integer keeps every digit', 'large', '123456789012345678901234567890'],
  ['so does a negative one', 'negative', '-9007199254740993'],
  ['1.0 is a float', 'float', '1.0'],
  ['1.0e+3 is a float', 'exponent', '1000.0'],
  ['.inf is infinity', 'infinity', 'inf'],
  ['.nan is no number', 'not_a_number', 'nan'],
  ['null, ~ and Null are None', 'nulls', '[None, None, None]'],
  ['quoted and other text is str', 'strings', "['yes', '010', '1.2.3', '12:30:45x', '2021-01-19']"],
  ['block text keeps its lines', 'text', "'two\\nlines\\n'"],
  ['<< merges, the map itself winning', 'merged', "{'size': 4, 'labels': ['cat']}"],
  ['an alias is what it refers to', 'alias', "{'size': 3, 'labels': ['cat']}"],
  ['an empty map is one', 'empty', '{}'],
  ['lists and maps nest', 'nested', "[{'a': {'b': [1, [2]]}}]"],
];

for (const [what, key, repr] of SEEN) {
  test(`predictor.config reaches the predictor as YAML 1.1 has it: ${what}`, async () => {
    const seen = (await ask(server.api('yaml-one-one')))[key];
    const normal = key === 'merged' ? sortedKeys(String(seen)) : seen;
    assert.is(normal, key === 'merged' ? sortedKeys(repr) : repr);
  });
}

/** The order of merged keys is not promised. */
function sortedKeys(repr: string): string {
  return repr
    .slice(1, -1)
    .split(/, (?=')/)
    .sort()
    .join(', ');
}

test('a null config is an empty one', async () => {
  assert.equal(await ask(server.api('null-config')), {});
});

test('the endpoint is the name unless another is given, also for a name of 42 characters', async () => {
  assert.equal(await ask(`${server.url}/short`), {});
  assert.is((await fetch(server.api('a-name-that-has-42-characters-and-not-more'))).status, 404);
  assert.equal(await ask(`${server.url}/all/of/it`), {});
});

test.run();
