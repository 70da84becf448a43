import { ask } from './cast.ts';
import { until } from './until.ts';

/** Waits until the workload of this address has ended; resolves to its answer. */
export async function ended(url: string, deadlineMs = 60_000): Promise<Record<string, unknown>> {
  return until(async () => {
    const { json } = await ask(url);
    return json['status'] === 'in_queue' || json['status'] === 'in_progress' ? null : json;
  }, deadlineMs);
}
