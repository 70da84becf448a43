import { predict, submit, waitForEnd, type Answer } from '../../support/workload.ts';

/** Submits a JSON value and resolves to the result. Rejects with the error of a workload that did not complete. */
export async function ask<T = Record<string, unknown>>(url: string, payload: unknown = null): Promise<T> {
  return (await predict(url, JSON.stringify(payload), 'application/json')) as T;
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
