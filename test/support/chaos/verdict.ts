import { ATTEMPTS_LIMIT, SUPERVISOR_DEATHS_LIMIT } from '../../../runtime/workloads/states.ts';
import { DEATH_BY_SIGKILL, type Answer } from '../workload.ts';
import type { Begin, Journal } from './journal.ts';
import type { Entry, Ledger } from './ledger.ts';

interface Facts {
  readonly ledger: Ledger;
  readonly journal: Journal;
  /** Processes that the test killed, by place. */
  readonly killed: ReadonlySet<string>;
  /** Epoch ms of the deaths of supervisors. */
  readonly supervisorDeaths: readonly number[];
}

export interface RawEvidence extends Facts {
  /** What GET says of each workload in the end, by id. */
  readonly answers: ReadonlyMap<string, string>;
  /** The same of workloads that predictors submitted. */
  readonly children: ReadonlyMap<string, string>;
}

interface Evidence extends Facts {
  readonly answers: ReadonlyMap<string, Answer>;
  readonly children: ReadonlyMap<string, Answer>;
}

/** Every end that was not deserved, in words. */
export function judge(raw: RawEvidence): string[] {
  const evidence: Evidence = { ...raw, answers: parsed(raw.answers), children: parsed(raw.children) };
  const { ledger, journal, children } = evidence;
  const ofEntries = [...ledger.entries.values()].map(
    (entry) => [entry.planned.id, objectionTo(entry, evidence)] as const,
  );
  const ofChildren = [...children].map(([id, answer]) => {
    const parent = ledger.entries.get(journal.calls.get(id) ?? '')?.planned.deserved;
    const number = parent?.kind === 'result' ? parent.fields['number'] : null;
    return [`${id}, a child,`, objectionToChild(id, answer, number, evidence)] as const;
  });
  return [...ofEntries, ...ofChildren].flatMap(([id, why]) => (why === null ? [] : [`${id} ${why}`]));
}

function parsed(answers: ReadonlyMap<string, string>): Map<string, Answer> {
  return new Map([...answers].map(([id, text]) => [id, JSON.parse(text) as Answer]));
}

/** Why a workload did not deserve its end; null when it did. */
function objectionTo(entry: Entry, evidence: Evidence): string | null {
  const { planned, cancellation } = entry;
  const answer = evidence.answers.get(planned.id);
  if (answer === undefined) return 'is unknown';
  if (cancellation === 'heard' || answer.status === 'cancelled') {
    if (answer.status !== 'cancelled') return `was cancelled and is ${answer.status}`;
    return cancellation === 'none' ? 'is cancelled, and nobody asked for that' : null;
  }
  if (answer.status === 'completed') return objectionToResult(entry, answer, evidence);
  if (answer.status !== 'failed') return `is ${answer.status} in the end`;
  const { deserved } = planned;
  const { code = '', message = '' } = answer.error ?? {};
  if (deserved.kind === 'failure' && code === deserved.code) {
    return message.includes(deserved.words) ? null : `failed with the wrong words: ${message}`;
  }
  return objectionToFailure(planned.id, code, message, evidence);
}

/** The same for a workload that a predictor submitted for the result `number`. */
function objectionToChild(id: string, answer: Answer, number: unknown, evidence: Evidence): string | null {
  if (answer.status === 'completed') {
    const { number: got } = answer.result as { readonly number: unknown };
    return got === number ? null : `has the result ${String(got)} in place of ${String(number)}`;
  }
  if (answer.status !== 'failed') return `is ${answer.status} in the end`;
  return objectionToFailure(id, answer.error?.code ?? '', answer.error?.message ?? '', evidence);
}

function objectionToResult({ planned }: Entry, answer: Answer, { journal }: Evidence): string | null {
  const { id, deserved } = planned;
  if (deserved.kind !== 'result') return `completed, and deserved ${deserved.kind}`;
  const result = answer.result as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(deserved.fields)) {
    if (result[name] !== value) return `has the wrong ${name}: ${String(result[name]).slice(0, 100)}`;
  }
  const runs = journal.begins.get(id) ?? [];
  if (!runs.some(({ run }) => run === result['run']))
    return `has the result of run ${String(result['run'])}, not one of its own`;
  const child = result['child'];
  return typeof child !== 'string' || journal.calls.get(child) === id ? null : `has a stranger's child ${child}`;
}

function objectionToFailure(id: string, code: string, message: string, evidence: Evidence): string | null {
  if (code === 'PONS_ERR_WORKLOAD_ATTEMPTS') return objectionToBlame(id, message, evidence);
  if (code === 'PONS_ERR_WORKLOAD_SUPERVISOR_DEATHS') {
    const since = evidence.supervisorDeaths.filter((at) => at >= evidence.ledger.askedAt(id)).length;
    return since >= SUPERVISOR_DEATHS_LIMIT ? null : `failed for deaths of the supervisor, which were only ${since}`;
  }
  const child = / (\S+) failed\b/.exec(message)?.[1] ?? '';
  const ofChild = evidence.children.get(child);
  if (code === 'PONS_ERR_PREDICTOR_RAISED' && ofChild?.status === 'failed') return null;
  return `failed with ${code}: ${message.slice(0, 500)}`;
}

/**
 * Whoever failed for its attempts began in as many processes that were killed under it, and at the last of these deaths nobody was beside it. Once it may
 * have been caught between its begin and its line in the journal.
 */
function objectionToBlame(id: string, message: string, evidence: Evidence): string | null {
  const { journal, killed, ledger } = evidence;
  const reasons = message.match(DEATH_BY_SIGKILL)?.length ?? 0;
  if (reasons !== ATTEMPTS_LIMIT) return `failed for ${reasons} attempts: ${message.slice(0, 500)}`;
  const isPoison = (other: string): boolean => ledger.entries.get(other)?.planned.deserved.kind === 'poison';
  const died = (begin: Begin): boolean =>
    killed.has(begin.place) || isPoison(id) || [...begin.beside].some((other) => isPoison(other));
  const deaths = (journal.begins.get(id) ?? []).filter(died);
  if (deaths.length < ATTEMPTS_LIMIT - 1) return `is blamed for ${reasons} deaths and was there at ${deaths.length}`;
  const beside = deaths.at(-1)?.beside ?? new Set();
  return beside.size === 0 ? null : `was blamed for a death beside ${[...beside].join(', ')}`;
}
