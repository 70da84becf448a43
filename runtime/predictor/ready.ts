import { codes } from '../../bridge/node/codes.ts';
import { BridgeError } from '../../bridge/node/messages.ts';
import { KnownError } from '../errors/known-error.ts';
import type { ProcessExit } from './exit.ts';
import { loadError } from './outcome.ts';

export interface ReadyRace {
  /** The answer to `initialize`. */
  readonly initialized: Promise<unknown>;
  readonly exited: Promise<ProcessExit>;
  readonly died: (exit: ProcessExit) => KnownError;
  readonly timeoutMs: number;
  /** The predictor's file, for messages. */
  readonly path: string;
  /** The interpreter of `--python`, for messages; null where there is none. */
  readonly givenPython: string | null;
  readonly lastLines: () => readonly string[];
}

/** Resolves when the class is constructed. Rejects with what came first instead: a refusal, the exit, or the deadline. */
export async function waitForReady(race: ReadyRace): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const { path, timeoutMs } = race;
      reject(KnownError.of('PONS_ERR_PREDICTOR_START_TIMEOUT', { path, timeoutMs, lastLines: race.lastLines() }));
    }, race.timeoutMs);
  });
  try {
    await Promise.race([race.initialized, late]);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    if (error.code !== codes.CONNECTION_CLOSED) throw loadError(error, race.path, race.givenPython);
    throw race.died(await race.exited);
  } finally {
    clearTimeout(timer);
  }
}
