import type { Call, History, Trouble, Workload } from '../history.ts';

/** What a submission may wait for its answer, whatever has become of Redis. */
const ANSWER_MS = 2000;
/** On a machine that does more than it can, a few wait longer for their turn; but none for so long. */
const HANGING_MS = 5000;
const LATE_SHARE = 1 / 200;
/** What most submissions take at most on a machine that does nothing else, and how many times what they take beyond may be added to each: all have to wait there. */
const [USUAL_MS, SLOWNESS] = [50, 20];
const MOST_SLOWNESS_MS = 10_000;
/** From how many on it is known how long most of them take. */
const MANY = 500;

/** Submissions are answered soon, and no call hangs, one whose connection is lost in the end included. */
export function nobodyHangs({ workloads, troubles }: History): string[] {
  const calls = workloads.flatMap((workload) => workload.calls);
  const slowMs = slownessOf(calls);
  const hanging = calls.filter((call) => call.ms > HANGING_MS + slowMs && !isCutShort(call, troubles));
  const submissions = calls.filter(({ act, status }) => act === 'submit' && status > 0);
  const late = submissions.filter(({ ms }) => ms > ANSWER_MS + slowMs);
  const found = late.length > submissions.length * LATE_SHARE ? [...new Set([...late, ...hanging])] : hanging;
  return found.map(({ act, id, status, ms }) => `${act} of ${id}: ${status} after ${ms} ms`);
}

/** How much longer a call may take than on a machine that has nothing else to do. Refusals do not count: how late they are is what is looked for. */
function slownessOf(calls: readonly Call[]): number {
  const accepted = calls.filter(({ act, status }) => act === 'submit' && status === 200).map(({ ms }) => ms);
  if (accepted.length < MANY) return 0;
  const median = accepted.sort((a, b) => a - b)[Math.floor(accepted.length / 2)] ?? 0;
  return Math.min(SLOWNESS * Math.max(0, median - USUAL_MS), MOST_SLOWNESS_MS);
}

/** Whether the gateway was killed before the call hung. */
function isCutShort({ gateway, askedAt }: Call, troubles: readonly Trouble[]): boolean {
  return troubles.some(
    ({ name, victim, begunAt, endedAt }) =>
      name === 'a gateway is killed' && victim === gateway && begunAt <= askedAt + HANGING_MS && endedAt >= askedAt,
  );
}

/** Every call is answered with what its page says: taken, refused for now, known with another body, ended already. */
export function answersKeepTheirRules({ workloads }: History): string[] {
  return workloads.flatMap((workload) =>
    workload.calls.flatMap((call) => {
      const why = objectionTo(call, workload);
      return why === null ? [] : [`${call.act} of ${workload.id}: ${why}`];
    }),
  );
}

function objectionTo(call: Call, workload: Workload): string | null {
  const { status, act, said, retryAfter } = call;
  if (status === 0) return null;
  if (status === 503) return retryAfter === null ? '503 without Retry-After' : null;
  if (act === 'submit') return objectionToSubmit(call, workload);
  const isRight = status === 200 || status === 404 || (act === 'cancel' && status === 409);
  return isRight ? null : `${status} ${JSON.stringify(said)}`;
}

function objectionToSubmit({ asked, status, said, payload }: Call, { accepted }: Workload): string | null {
  const isKnown = accepted?.answered !== null && accepted !== null && accepted.answered < asked;
  const isOther = isKnown && JSON.stringify(accepted.payload) !== JSON.stringify(payload);
  const right = isOther ? 409 : 200;
  return status === right ? null : `${status} in place of ${right} ${JSON.stringify(said)}`;
}
