import type { ChaosEvent } from './event.ts';
import { historyOf, type History } from './history.ts';
import { answersKeepTheirRules, nobodyHangs } from './rules/answers.ts';
import { everyoneEnds, nobodyVanishes } from './rules/ending.ts';
import { endsAreDeserved } from './rules/deserved.ts';
import { allWorksAgain } from './rules/recovery.ts';
import { nobodyRunsWithoutCause, runsHaveALimit } from './rules/runs.ts';
import { endsStay, statusesMove } from './rules/states.ts';

/** What has to be true of every run; each answers what it found broken, in words. */
export const RULES: Readonly<Record<string, (history: History) => string[]>> = {
  everyoneEnds,
  nobodyVanishes,
  statusesMove,
  endsStay,
  endsAreDeserved,
  runsHaveALimit,
  nobodyRunsWithoutCause,
  answersKeepTheirRules,
  nobodyHangs,
  allWorksAgain,
};

/** Every promise that a log shows to be broken, each with the name of its rule. */
export function brokenIn(events: readonly ChaosEvent[]): string[] {
  const history = historyOf(events);
  return Object.entries(RULES).flatMap(([name, rule]) => rule(history).map((what) => `${name}: ${what}`));
}
