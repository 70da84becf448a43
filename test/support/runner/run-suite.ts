import type { Suite } from 'uvu/parse';
import { isAllowedReason } from '../not-run.ts';
import { runFile } from './run-file.ts';
import { idlePatterns, selectFiles } from './select.ts';
import { settingsOf, type FileSettings } from './settings.ts';
import { judge, type Verdict } from './verdict.ts';

/** One run of the suite. */
export interface SuiteRun {
  /** The folder that holds the test files. */
  readonly root: string;
  readonly patterns: readonly string[];
  readonly settings: Readonly<Record<string, Partial<FileSettings>>>;
  /** A test that is skipped, or not run for a reason that is not allowed, fails the run. */
  readonly strict: boolean;
  readonly write: (text: string) => void;
}

/** More than there are cores: a file waits for processes, stores and time-outs about half of its time. */
const PARALLEL = 3;

/** Runs the files, a few at a time and the exclusive ones after them, and ends with the summary line. Resolves to the exit code. */
export async function runSuite(run: SuiteRun): Promise<number> {
  const suites = await selectFiles(run.root, run.patterns);
  const idle = await idlePatterns(run.root, run.patterns);
  for (const pattern of idle) run.write(`No test file matches ${JSON.stringify(pattern)}.\n`);
  if (suites.length === 0) run.write('No test file was found.\n');

  const verdicts: Verdict[] = [];
  const runOne = async (suite: Suite) => verdicts.push(await runAndPrint(suite, run));
  const isExclusive = ({ name }: Suite) => settingsOf(name, run.settings).exclusive;
  await inParallel(
    suites.filter((suite) => !isExclusive(suite)),
    PARALLEL,
    runOne,
  );
  await inParallel(suites.filter(isExclusive), 1, runOne);
  return summarize(verdicts, idle.length > 0 || suites.length === 0, run);
}

async function inParallel<T>(items: readonly T[], width: number, act: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await act(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

async function runAndPrint(suite: Suite, run: SuiteRun): Promise<Verdict> {
  const { timeoutMs } = settingsOf(suite.name, run.settings);
  const end = await runFile(suite.file, timeoutMs);
  const verdict = judge(end, timeoutMs);
  const seconds = (end.durationMs / 1000).toFixed(1);
  if (verdict.complaints.length === 0) {
    run.write(`ok    ${suite.name}  ${verdict.passed} passed  ${seconds} s\n`);
  } else {
    run.write(
      `FAIL  ${suite.name}  ${seconds} s\n${end.output.trimEnd()}\n${verdict.complaints.map((line) => `  ${line}\n`).join('')}\n`,
    );
  }
  return verdict;
}

function summarize(verdicts: readonly Verdict[], foundTooLittle: boolean, run: SuiteRun): number {
  const sum = (pick: (verdict: Verdict) => number) => verdicts.reduce((total, verdict) => total + pick(verdict), 0);
  const reasons = verdicts.flatMap(({ notRun }) => notRun);
  const skipped = sum((verdict) => verdict.skipped);
  for (const reason of reasons) run.write(`not run: ${reason}\n`);
  const tooMany = run.strict ? skipped - reasons.filter(isAllowedReason).length : 0;
  if (tooMany > 0) run.write(`${tooMany} skipped, or not run for a reason that CI does not allow.\n`);
  const failed = sum((verdict) => verdict.failed) + tooMany + (foundTooLittle ? 1 : 0);
  const passed = sum((verdict) => verdict.passed);
  run.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped - tooMany} skipped` : ''}\n`);
  return failed === 0 ? 0 : 1;
}
