import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withCaller } from '../../support/models/caller.ts';
import { ModelPeer, spec } from '../../support/models/peer.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const two = { inputs: [spec('a', 'float32', ['N']), spec('b', 'float32', ['N'])] };
const one = { inputs: [spec('a', 'float32', ['N'])] };

/** An expression that makes an object of no class of Python's, with just what `dict()` needs, whose values are what `value` comes to. */
const mapping = (keys: string, value: string) =>
  `type('Feed', (), {'keys': lambda self: ${keys}, 'items': lambda self: (), '__getitem__': lambda self, key: ${value}})()`;

for (const python of oldestAndNewest) {
  for (const type of ['onnx', 'tensorflow'] as const) {
    test(`a mapping that is no dictionary gives its values by name (Python ${python.version}, ${type})`, () =>
      withCaller({ peer: new ModelPeer({ one, two }), python, type }, async (tell) => {
        const told = await tell(
          `list(client.predict(${mapping("['a', 'b']", '[1, 2]')}, 'two'))`,
          `list(client.predict(${mapping("['a']", '[1, 2]')}, 'one'))`,
          `client.predict(${mapping("['a']", '[1, 2]')}, 'two')`,
          `client.predict(${mapping("['a', 'b']", '{}[key]')}, 'two')`,
          `client.predict(${mapping('1 / 0', '1')}, 'two')`,
        );
        const name = type === 'onnx' ? 'UserRuntimeException' : 'UserException';
        const unreadable = `${name}: the model "two" (version 1): expected a dictionary with the inputs "a", "b", got a Feed, which cannot be read`;
        assert.equal(
          told.slice(0, 2),
          type === 'onnx' ? ['[[1.0, 2.0], [1.0, 2.0]]', '[[1.0, 2.0]]'] : ["['a', 'b']", "['a']"],
        );
        assert.equal(
          told.slice(2).map((text) => text.replace(/\w+\.Feed/, 'Feed')),
          [
            `${name}: the model "two" (version 1): input "b" is missing: expected "a", "b", got "a"`,
            `${unreadable}: KeyError: 'a'`,
            `${unreadable}: ZeroDivisionError: division by zero`,
          ],
        );
      }));
  }

  test(`a session is run on such a mapping, too (Python ${python.version})`, () =>
    withCaller({ peer: new ModelPeer({ two }), python }, async (tell) => {
      const session = "client.get_model('two')['session']";
      assert.equal(await tell(`${session}.run(['b'], ${mapping("['a', 'b']", '[1, 2]')})`), ['[[1.0, 2.0]]']);
    }));
}

test.run();
