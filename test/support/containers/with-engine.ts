import { notRun } from '../not-run.ts';
import { findEngine, type Engine } from './engine.ts';

/** Runs `act` with a container engine; says that the test cannot run where there is none and none can be started. */
export async function withEngine(act: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = await findEngine();
  if (typeof engine === 'string') notRun(engine);
  else await act(engine);
}
