import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { Callback, Test } from 'uvu';
import { notRunReasons } from '../not-run.ts';
import { REPORT_FD, type Report } from './report.ts';

type SuiteRun = () => Promise<[errors: string | true, passed: number, skipped: number, total: number]>;

/** How long a file may take after its last test to close what it opened, on a machine that is busy. */
const CLOSING_MS = 8000;

declare global {
  var UVU_DEFER: number;
  var UVU_INDEX: number;
  var UVU_QUEUE: [null, ...SuiteRun[]][];
}

await runFile(process.argv[2] ?? '');

/** Runs one test file as `uvu/run` does, but keeps the counts, which uvu only prints (and exits with 0 when a hook has thrown). */
async function runFile(file: string): Promise<void> {
  process.on('SIGUSR2', reportHandles);
  globalThis.UVU_DEFER = 1;
  const { exec, test } = await import('uvu');
  tellOfBefore(test);
  globalThis.UVU_INDEX = 0;
  globalThis.UVU_QUEUE.push([null]);
  await import(pathToFileURL(file).href);

  const outside = notRunReasons().length;
  const counts = { total: 0, passed: 0, skipped: 0, failed: false };
  globalThis.UVU_QUEUE = globalThis.UVU_QUEUE.map(([name, ...runs]) => [
    name,
    ...runs.map((run) => counted(run, counts)),
  ]);
  await exec();
  const notRun = notRunReasons();
  report({ kind: 'counts', ...counts, notRun, notRunTests: notRun.length - outside });

  setTimeout(() => {
    reportHandles();
    process.exit(1);
  }, CLOSING_MS).unref();
}

/** Has what a `before` throws printed: uvu forgets it, and an `after` may throw on what was never made. */
function tellOfBefore(test: Test): void {
  test.before = new Proxy(test.before, {
    apply(before, test, [hook]: [Callback]) {
      Reflect.apply(before, test, [
        async (context: Parameters<Callback>[0]) => {
          try {
            await hook(context);
          } catch (error) {
            process.stderr.write(`A hook before all tests has thrown. ${inspect(error)}\n`);
            throw error;
          }
        },
      ]);
    },
  });
}

function counted(run: SuiteRun, counts: { total: number; passed: number; skipped: number; failed: boolean }): SuiteRun {
  return async () => {
    const result = await run();
    const [errors, passed, skipped, total] = result;
    counts.total += total;
    counts.passed += passed;
    counts.skipped += skipped;
    counts.failed ||= errors !== true;
    return result;
  };
}

function reportHandles(): void {
  report({ kind: 'handles', resources: process.getActiveResourcesInfo() });
}

function report(value: Report): void {
  writeSync(REPORT_FD, `${JSON.stringify(value)}\n`);
}
