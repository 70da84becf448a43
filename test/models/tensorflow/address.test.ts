import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KnownError } from '../../../runtime/errors/known-error.ts';
import { formatServingAddress, parseServingAddress } from '../../../runtime/models/tensorflow/address.ts';

for (const text of ['10.0.0.7:8500', 'serving.local:8500', 'tf_serving:1', '[::1]:65535', 'localhost:8500']) {
  test(`${text} is an address`, () => {
    assert.is(formatServingAddress(parseServingAddress(text, '--tensorflow-serving')), text);
  });
}

const wrong = [
  '',
  'serving',
  ':8500',
  'serving:',
  'serving:0',
  'serving:65536',
  'serving:http',
  '::1:8500',
  '[serving]:8500',
];
for (const text of [...wrong, 'http://serving:8500', 'serving:8500/v1', '-x:1', 'a b:1', 'unix:/tmp/x']) {
  test(`"${text}" is no address, and that is said with where it comes from`, () => {
    try {
      parseServingAddress(text, 'PONS_TENSORFLOW_SERVING');
    } catch (error) {
      assert.instance(error, KnownError);
      assert.is((error as KnownError).code, 'PONS_ERR_MODELS_TENSORFLOW_SERVING_ADDRESS');
      assert.match((error as KnownError).message, `PONS_TENSORFLOW_SERVING is "${text}"; it must be HOST:PORT`);
      return;
    }
    assert.unreachable(`"${text}" was taken`);
  });
}

test('of what stands before an @, which may be a password, nothing is shown', () => {
  assert.throws(
    () => parseServingAddress('http://bob:hunter2@serving:8500', '--tensorflow-serving'),
    /^--tensorflow-serving is "\.\.\.@serving:8500"; /,
  );
});

test.run();
