import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CallError } from '../../../runtime/models/onnx/call-error.ts';
import { loadLibrary, type Library } from '../../../runtime/models/onnx/library.ts';
import { OnnxSession } from '../../../runtime/models/onnx/session.ts';
import { bodyOf, filled, fixture, OPTIONS } from './fixture.ts';

/** More than any machine has. */
const TOO_LARGE = 2n ** 40n;

/** The library, which makes as many sessions as are left and then fails by none of its own errors. */
async function scarce(left: { sessions: number }): Promise<Library> {
  const library = await loadLibrary();
  const InferenceSession = function () {
    if (left.sessions === 0) throw new RangeError('no session is left');
    left.sessions -= 1;
    return new library.InferenceSession();
  } as unknown as Library['InferenceSession'];
  return { ...library, InferenceSession };
}

test('whatever keeps a model from being loaded again, its thread goes on and the next run tells', async () => {
  const left = { sessions: 1 };
  const { path, shown } = fixture('greedy');
  const order = { kind: 'load' as const, path, shown, label: 'the model', options: OPTIONS };
  const session = new OnnxSession(await scarce(left), order, 1000);
  const take = (count: bigint): void => {
    const inputs = [
      filled('count', 'int64', [], BigInt64Array.of(count)),
      filled('shape', 'int64', [1], BigInt64Array.of(1n)),
    ];
    const body = Uint8Array.from(bodyOf(inputs)).buffer;
    session.run(
      inputs.map(({ tensor }) => tensor),
      null,
      body,
    );
  };
  const failure = (count: bigint): string => {
    try {
      take(count);
    } catch (error) {
      assert.instance(error, CallError);
      return (error as CallError).message;
    }
    throw new Error('the run did not fail');
  };
  assert.match(failure(TOO_LARGE), 'the run of the model failed: ');
  await turn();
  assert.is(failure(3n), 'the run of the model failed: no session is left');
  left.sessions = 1;
  take(3n);
  session.release();
});

test.run();
