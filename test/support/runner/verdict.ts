import type { Counts } from './report.ts';
import type { FileEnd } from './run-file.ts';

/** What a test file comes to. It has passed when `complaints` is empty. */
export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly notRun: readonly string[];
  /** Sentences; what uvu has printed itself is not repeated. */
  readonly complaints: readonly string[];
}

export function judge(end: FileEnd, timeoutMs: number): Verdict {
  const counts = end.reports.find((report): report is Counts => report.kind === 'counts');
  const complaints = [
    ...complainOfTests(counts, end, timeoutMs),
    ...complainOfHandles(end),
    ...complainOfLeftovers(end),
  ];
  const notPassed = (counts?.total ?? 0) - (counts?.passed ?? 0);
  return {
    passed: (counts?.passed ?? 0) - (counts?.notRunTests ?? 0),
    failed: complaints.length === 0 ? 0 : Math.max(1, notPassed),
    skipped: (counts?.skipped ?? 0) + (counts?.notRun.length ?? 0),
    notRun: counts?.notRun ?? [],
    complaints,
  };
}

function complainOfTests(counts: Counts | undefined, end: FileEnd, timeoutMs: number): string[] {
  if (counts === undefined) {
    if (end.timedOut) return [`It did not end within ${timeoutMs} ms.`];
    return [`It ended before its tests did: ${end.signal ?? `exit code ${String(end.exitCode)}`}.`];
  }
  if (counts.total === 0 && counts.notRun.length === 0) return ['It ran no test: is `test.run()` missing at its end?'];
  if (counts.failed) return [`${counts.total - counts.passed} of ${counts.total} tests failed.`];
  if (counts.passed !== counts.total) {
    return [
      `Only ${counts.passed} of ${counts.total} tests ran: a hook threw, or test ${counts.passed + 1} threw something that is not an Error.`,
    ];
  }
  return [];
}

function complainOfHandles(end: FileEnd): string[] {
  const handles = end.reports.find((report) => report.kind === 'handles');
  if (handles !== undefined)
    return [`It left handles open: ${handles.resources.join(', ') || 'none that Node can name'}.`];
  if (end.timedOut) return ['It did not answer when asked for its open handles: its event loop is blocked.'];
  const counts = end.reports.find((report) => report.kind === 'counts');
  return counts?.failed === false && end.exitCode !== 0
    ? [`It exited with ${end.signal ?? String(end.exitCode)}.`]
    : [];
}

function complainOfLeftovers(end: FileEnd): string[] {
  return end.leftovers.map(({ pid, command }) => `It left process ${pid} behind (killed): ${command}`);
}
