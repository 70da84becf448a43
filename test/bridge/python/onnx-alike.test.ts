import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ElementType } from '../../../bridge/node/tensors.ts';
import { withCaller } from '../../support/models/caller.ts';
import { ModelPeer, spec } from '../../support/models/peer.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const TYPES: readonly ElementType[] = ['float16', 'float32', 'float64', 'uint8', 'int64', 'bool', 'string'];
const peer = new ModelPeer(Object.fromEntries(TYPES.map((type) => [type, { inputs: [spec('x', type, ['N'])] }])));

/** What an array holds, and the types whose inputs take it: onnxruntime does as Cortex 0.32 calls it, for the array or for a list of the same. */
const HELD: readonly (readonly [array: string, taken: readonly ElementType[]])[] = [
  ['np.array([True, False])', TYPES],
  ['np.array([0, 1, 2])', TYPES],
  ["np.array([2, 0], 'u1')", TYPES],
  ["np.array([0.1, 1], 'f4')", TYPES],
  ['np.array([0.0, 1.0, 2.5])', TYPES],
  ["np.array([1.5, 0], 'g')", TYPES],
  ['np.array([1 + 0j, 0])', TYPES],
  ["np.array([1 + 0j, 0], 'G')", TYPES],
  ['np.array([1, 2.5, True], object)', TYPES],
  ['np.array([])', TYPES],
  ['np.array([1j])', ['bool', 'string']],
  ['np.array([nan, inf])', ['float16', 'float32', 'float64', 'bool', 'string']],
  ['np.array([300, -1])', ['float16', 'float32', 'float64', 'int64', 'bool', 'string']],
  ["np.array(['1', '2'])", ['string']],
  ["np.array([b'1'])", ['string']],
  ["np.array([5], 'm8[s]')", ['string']],
  ["np.array([5], 'm8[ns]')", ['string']],
  ["np.array(['2021-01-19'], 'M8[D]')", ['string']],
  ["np.array(['2021-01-19'], 'M8[ns]')", ['string']],
  ['np.array([None], object)', []],
];

for (const python of oldestAndNewest) {
  for (const [array, taken] of HELD) {
    test(`an array and lists of what it holds do the same to every type: ${array} (Python ${python.version})`, () =>
      withCaller({ peer, python, numpy: true }, async (tell) => {
        for (const type of TYPES) {
          const forms = [array, `list(${array})`, `[${array}]`];
          // As objects, times in nanoseconds are integers, and what was a float32 has more digits.
          if (type !== 'string' && !array.includes('ns')) forms.push(`list(${array}.astype(object))`);
          const told = await tell(...forms.map((form) => `client.predict(${form}, '${type}')[0]`));
          const refused = told.map((text) => text.startsWith('UserRuntimeException: '));
          assert.equal(refused, Array(told.length).fill(!taken.includes(type)), `${type}: ${told.join(' | ')}`);
          if (taken.includes(type)) assert.is(new Set(told).size, 1, `${type}: ${told.join(' | ')}`);
          else
            for (const text of told)
              assert.match(text, `the model "${type}" (version 1): input "x": expected ${type} of`);
        }
      }));
  }
}

test.run();
