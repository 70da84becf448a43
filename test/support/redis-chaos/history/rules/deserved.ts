import { ATTEMPTS_LIMIT, SUPERVISOR_DEATHS_LIMIT } from '../../../../../runtime/workloads/states.ts';
import { endOf } from '../ends.ts';
import type { Payload, Said } from '../event.ts';
import { shortened } from '../event-log.ts';
import type { History, Trouble, Workload } from '../history.ts';
import { LOSES_RUNS } from './causes.ts';

/** Each end is the one that the payload deserves: its own result, by a run of its own; its own failure; or a blame that it has earned. */
export function endsAreDeserved({ workloads, troubles }: History): string[] {
  return workloads.flatMap((workload) => {
    const end = endOf(workload);
    const why = end === null || workload.accepted === null ? null : objectionTo(end, workload, troubles);
    return why === null ? [] : [`${workload.id} ${why}`];
  });
}

function objectionTo(end: Said, workload: Workload, troubles: readonly Trouble[]): string | null {
  const payload = workload.accepted?.payload ?? null;
  if (payload === null) return 'was accepted without a payload';
  if (end.status === 'cancelled') {
    return workload.calls.some(({ act }) => act === 'cancel') ? null : 'is cancelled, and nobody asked for that';
  }
  if (end.status === 'completed') return objectionToResult(end, payload, workload);
  const { code = '', message = '' } = end.error ?? {};
  if (code === 'PONS_ERR_PREDICTOR_RAISED' && payload.act === 'raise') {
    return message.includes(`payload ${payload.number} asked for it`)
      ? null
      : `failed with the words of another: ${message}`;
  }
  return objectionToBlame(code, message, payload, workload, troubles);
}

function objectionToResult({ result = {} }: Said, payload: Payload, { runs }: Workload): string | null {
  if (payload.act !== 'answer') return `completed, and its payload says ${payload.act}`;
  const { number, run, padding } = result;
  if (number !== payload.number * 3 + 1) return `has the result ${String(number)} for the payload ${payload.number}`;
  if (padding !== shortened('', payload.padding)) return 'has padding that is not its own';
  return runs.some((one) => one.run === run) ? null : `has the result of the run ${String(run)}, which is not its own`;
}

/** Enough must have happened in its time to whoever may have run it. */
function objectionToBlame(
  code: string,
  message: string,
  { act }: Payload,
  { accepted }: Workload,
  troubles: readonly Trouble[],
): string | null {
  const since = accepted?.askedAt ?? 0;
  const deaths = troubles.filter(({ name, endedAt }) => LOSES_RUNS.includes(name) && endedAt >= since).length;
  const limit = code === 'PONS_ERR_WORKLOAD_ATTEMPTS' ? ATTEMPTS_LIMIT : SUPERVISOR_DEATHS_LIMIT;
  const isBlame = code === 'PONS_ERR_WORKLOAD_ATTEMPTS' || code === 'PONS_ERR_WORKLOAD_SUPERVISOR_DEATHS';
  if (!isBlame) return `failed with ${code}: ${message}`;
  if (code === 'PONS_ERR_WORKLOAD_ATTEMPTS' && act === 'poison') return null;
  return deaths >= limit ? null : `failed with ${code}, and there were ${deaths} deaths: ${message}`;
}
