import { renderErrorText } from '../errors/render.ts';
import type { ApiReport } from '../supervisor/check.ts';

/** The report of `pons check` in lines: what is fine, and what is not. */
export function describeReports(reports: readonly ApiReport[]): { lines: string[]; failures: string[] } {
  const lines: string[] = [];
  const failures: string[] = [];
  for (const { spec, error } of reports) {
    if (error !== null) failures.push(`${spec.name}: ${renderErrorText(error)}`);
    else lines.push(`${spec.name}: ok (${spec.predictor.path}, POST ${spec.endpoint})`);
    if (spec.notActedOn.length > 0)
      lines.push(`${spec.name}: accepted, for pons build and pons export at most: ${spec.notActedOn.join(', ')}`);
  }
  return { lines, failures };
}
