import { readJournal } from './journal.ts';
import type { ChaosRun } from './run.ts';

/** One line on what a run did. */
export function summaryOf({ ledger, program, killer, census, journal }: ChaosRun): string {
  const ends = new Map<string, number>();
  for (const { end } of ledger.entries.values()) {
    const status = end?.status ?? 'live';
    ends.set(status, (ends.get(status) ?? 0) + 1);
  }
  const { begins, calls } = readJournal(journal);
  const runs = [...begins.values()].reduce((sum, ofOne) => sum + ofOne.length, 0);
  const ended = [...ends].map(([status, count]) => `${count} ${status}`).join(', ');
  return (
    `chaos: ${ended}, ${calls.size} chained; ${runs} runs; ${program.killedAt.length} supervisors and ${killer.killed.size} predictors ` +
    `killed; ${census.size} processes seen`
  );
}
