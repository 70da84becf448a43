import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CallError } from '../../../runtime/models/onnx/call-error.ts';
import { loadLibrary, type Library } from '../../../runtime/models/onnx/library.ts';
import { OnnxSession } from '../../../runtime/models/onnx/session.ts';
import { bodyOf, filled, fixture, OPTIONS } from './fixture.ts';

/** More than any machine has. */
const TOO_LARGE = 2n ** 40n;

/** So many numbers take longer than a small run, and less than is kept. */
const SLOW = 10_000_000n;
/** More than is kept of a run. */
const LOADED_BYTES = 400 * 2 ** 20;

interface Left {
  sessions: number;
  /** What each of them takes. */
  readonly taken?: () => unknown;
}

/** The library, which makes as many sessions as are left and then fails by none of its own errors. */
async function scarce(left: Left): Promise<Library> {
  const library = await loadLibrary();
  const InferenceSession = function () {
    if (left.sessions === 0) throw new RangeError('no session is left');
    left.sessions -= 1;
    left.taken?.();
    return new library.InferenceSession();
  } as unknown as Library['InferenceSession'];
  return { ...library, InferenceSession };
}

async function greedy(left: Left): Promise<OnnxSession> {
  const { path, shown } = fixture('greedy');
  const order = { kind: 'load' as const, path, shown, label: 'the model', options: OPTIONS };
  return new OnnxSession(await scarce(left), order, 1000);
}

/** Has it take memory for so many numbers; fails at its end where `values` is not 1. */
function take(session: OnnxSession, count: bigint, values = 1n): void {
  const inputs = [
    filled('count', 'int64', [], BigInt64Array.of(count)),
    filled('shape', 'int64', [1], BigInt64Array.of(values)),
  ];
  const body = Uint8Array.from(bodyOf(inputs)).buffer;
  session.run(
    inputs.map(({ tensor }) => tensor),
    null,
    body,
  );
}

function failure(session: OnnxSession, count: bigint, values = 1n): string {
  try {
    take(session, count, values);
  } catch (error) {
    assert.instance(error, CallError);
    return (error as CallError).message;
  }
  throw new Error('the run did not fail');
}

test('whatever keeps a model from being loaded again, its thread goes on and the next run tells', async () => {
  const left = { sessions: 1 };
  const session = await greedy(left);
  assert.match(failure(session, TOO_LARGE), 'the run of the model failed: ');
  await turn();
  assert.is(failure(session, 3n), 'the run of the model failed: no session is left');
  left.sessions = 1;
  take(session, 3n);
  session.release();
});

test('what another model takes when it is loaded is not put down to a run that fails', async () => {
  const session = await greedy({ sessions: 1 });
  take(session, 3n);
  const kept: Buffer[] = [];
  const other = await greedy({ sessions: 1, taken: () => kept.push(Buffer.alloc(LOADED_BYTES, 1)) });
  assert.match(failure(session, SLOW, 2n), 'cannot be reshaped');
  await turn();
  // It was not loaded again, for which no session is left.
  take(session, 3n);
  assert.is(kept.length, 1);
  for (const one of [session, other]) one.release();
});

test.run();
