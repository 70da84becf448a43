import type { PredictOutcome } from '../../runtime/predictor/outcome.ts';
import { deadline } from './deadline.ts';
import { startPredictor, type StartOptions, type Started } from './predictor-process.ts';

/** For all that one test does with its process. */
const TEST_MS = 60_000;

/** Calls `act` with a process that is ready, and ends it. */
export async function withPredictor(options: StartOptions, act: (started: Started) => Promise<void>): Promise<void> {
  const started = await startPredictor(options);
  try {
    await started.process.ready;
    await deadline(TEST_MS, act(started), 'the test');
  } finally {
    await started.end();
  }
}

/** One `predict` of a JSON payload; `id` is the workload's. */
export function ask(started: Started, id: string, payload: unknown): Promise<PredictOutcome> {
  const body = Buffer.from(JSON.stringify(payload));
  return started.process.predict({ id, contentType: 'application/json', payload: body });
}
