/** What the process of a test file says of itself on `REPORT_FD`, one JSON value a line. */
export type Report =
  | {
      readonly kind: 'counts';
      readonly total: number;
      readonly passed: number;
      readonly skipped: number;
      readonly failed: boolean;
      readonly notRun: readonly string[];
      /** How many of `notRun` were said inside a test, which then counts as skipped and not as passed. */
      readonly notRunTests: number;
    }
  | { readonly kind: 'handles'; readonly resources: readonly string[] };

export type Counts = Extract<Report, { kind: 'counts' }>;

/** The file descriptor of the reports: stdout and stderr belong to the tests. */
export const REPORT_FD = 3;

/** The whole lines of `text`; a half line of a killed process is left out. */
export function parseReports(text: string): Report[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Report);
}
