import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ModelError } from '../../../runtime/models/model-error.ts';
import { loadLibrary, type Library } from '../../../runtime/models/onnx/library.ts';
import { OnnxSession } from '../../../runtime/models/onnx/session.ts';
import { TakenMemory } from '../../../runtime/models/onnx/taken-memory.ts';
import { bodyOf, filled, fixture, OPTIONS } from './fixture.ts';

/** More than any machine has. */
const TOO_LARGE = 2n ** 40n;

/** So many numbers take longer than a small run, and less than is kept. */
const SLOW = 10_000_000n;
/** So many take more than is kept. */
const LARGE = 50_000_000n;
/** More than is kept of a run. */
const LOADED_BYTES = 400 * 2 ** 20;
/** For as long as the tests take, the memory of a run is kept. */
const LONG_MS = 600_000;

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

/** As a model process has one. */
const taken = new TakenMemory();

async function greedy(left: Left, keepMs = 1000): Promise<OnnxSession> {
  const { path, shown } = fixture('greedy');
  const order = { kind: 'load' as const, path, shown, label: 'the model', options: OPTIONS };
  return new OnnxSession(await scarce(left), order, taken, keepMs);
}

/** What follows a run is over: the look at its memory, and what comes of that. */
async function settled(): Promise<void> {
  await turn();
  await turn();
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
    assert.instance(error, ModelError);
    return (error as ModelError).message;
  }
  throw new Error('the run did not fail');
}

test('whatever keeps a model from being loaded again, its process goes on and the next run tells', async () => {
  const left = { sessions: 1 };
  const session = await greedy(left);
  assert.match(failure(session, TOO_LARGE), 'the run of the model failed: ');
  await settled();
  assert.match(failure(session, 3n), 'the run of the model failed: no session is left (given ');
  left.sessions = 1;
  take(session, 3n);
  session.release();
});

test('a model that the next run has loaded again stays', async () => {
  const left = { sessions: 1 };
  const keepMs = 20;
  const session = await greedy(left, keepMs);
  failure(session, TOO_LARGE);
  await settled();
  failure(session, 3n);
  left.sessions = 1;
  take(session, 3n);
  // Longer than the memory of a run is kept.
  await pause(keepMs * 3);
  take(session, 3n);
  session.release();
});

test('a run that fails by its input behind a large one does not have the model loaded again', async () => {
  const session = await greedy({ sessions: 1 }, LONG_MS);
  take(session, LARGE);
  assert.match(failure(session, 3n, 2n), 'cannot be reshaped');
  await settled();
  take(session, 3n);
  session.release();
});

for (const count of [3n, SLOW]) {
  const which = count === SLOW ? 'behind a run that takes a while' : 'behind a small run';
  test(`what another model takes when it is loaded ${which} is not put down to a run that fails`, async () => {
    const session = await greedy({ sessions: 1 });
    take(session, count);
    const kept: Buffer[] = [];
    const other = await greedy({ sessions: 1, taken: () => kept.push(Buffer.alloc(LOADED_BYTES, 1)) });
    assert.match(failure(session, SLOW, 2n), 'cannot be reshaped');
    await settled();
    // It was not loaded again, for which no session is left.
    take(session, 3n);
    assert.is(kept.length, 1);
    for (const one of [session, other]) one.release();
  });
}

test('nor when it is loaded right behind that run', async () => {
  const session = await greedy({ sessions: 1 });
  const library = await scarce({ sessions: 1, taken: () => kept.push(Buffer.alloc(LOADED_BYTES, 1)) });
  const kept: Buffer[] = [];
  failure(session, SLOW, 2n);
  const { path, shown } = fixture('greedy');
  const other = new OnnxSession(library, { kind: 'load', path, shown, label: 'other', options: OPTIONS }, taken, 1000);
  await settled();
  take(session, 3n);
  for (const one of [session, other]) one.release();
});

test('what is given back between a large run and the look at it does not hide what that has taken', async () => {
  const left = { sessions: 1 };
  const keepMs = 20;
  const other = await greedy({ sessions: 1 });
  take(other, LARGE);
  const session = await greedy(left, keepMs);
  take(session, LARGE);
  other.release();
  left.sessions = 1;
  for (let looks = 0; looks < 100 && left.sessions > 0; looks++) await pause(keepMs);
  assert.is(left.sessions, 0);
  take(session, 3n);
  session.release();
});

test.run();
