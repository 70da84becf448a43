import { predict, submit, waitForEnd, type Answer } from '../../support/workload.ts';

/** More than one process takes while another one wakes up. */
const AT_ONCE = 16;
const SPREAD_MS = 60_000;

/** Submits a JSON value and resolves to the result. Rejects with the error of a workload that did not complete. */
export async function ask<T = Record<string, unknown>>(url: string, payload: unknown = null): Promise<T> {
  return (await predict(url, JSON.stringify(payload), 'application/json')) as T;
}

/** As `ask`, again and again until so many processes have answered, which may become ready one long after the other; resolves to all results. */
export async function askProcesses<T extends { readonly pid: number }>(
  url: string,
  processes: number,
  payload: unknown = null,
): Promise<T[]> {
  const results: T[] = [];
  const answered = (): number => new Set(results.map(({ pid }) => pid)).size;
  for (const lapsedAt = Date.now() + SPREAD_MS; answered() < processes;) {
    if (Date.now() > lapsedAt) throw new Error(`${url}: ${answered()} of ${processes} processes have answered`);
    results.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => ask<T>(url, payload)))));
  }
  return results;
}

/** Submits a JSON value and resolves to how the workload ended, whatever that was. */
export async function endOf(url: string, payload: unknown = null): Promise<Answer> {
  return await waitForEnd(url, await submit(url, JSON.stringify(payload), 'application/json'));
}

/** Submits a JSON value and resolves to the error of a workload that failed. Rejects when it ended otherwise. */
export async function failureOf(url: string, payload: unknown = null): Promise<NonNullable<Answer['error']>> {
  const answer = await endOf(url, payload);
  if (answer.status !== 'failed' || answer.error === undefined) throw new Error(`${url}: ${JSON.stringify(answer)}`);
  return answer.error;
}
