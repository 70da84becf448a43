import type { CarriedWorkload } from '../carriage.ts';
import type { WorkloadLine } from './format.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isError: Check = (value) => {
  const { code, message, fix } = (value ?? {}) as Record<string, unknown>;
  return [code, message, fix].every((part) => typeof part === 'string');
};

const FIELDS: Readonly<Record<keyof WorkloadLine, Check>> = {
  api: (value) => typeof value === 'string' && /^[a-z0-9-]+$/.test(value),
  id: isText,
  status: (value) => ['in_queue', 'completed', 'failed', 'cancelled'].includes(value as string),
  submittedAt: isCount,
  endedAt: orNull(isCount),
  contentType: (value) => typeof value === 'string',
  digest: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  attempt: isCount,
  deathReasons: (value) => Array.isArray(value) && value.every((reason) => typeof reason === 'string'),
  supervisorDeaths: isCount,
  error: orNull(isError),
  bodyBytes: orNull(isCount),
};

/** A workload as it stands in a line of an export, or what is wrong with it. */
export function parseWorkload(value: unknown): readonly [CarriedWorkload, bodyBytes: number | null] | string {
  if (typeof value !== 'object' || value === null) return 'its workload is no object';
  const fields = value as Readonly<Record<string, unknown>>;
  const wrong = Object.entries(FIELDS).find(([name, check]) => !(name in fields) || !check(fields[name]));
  if (wrong !== undefined) return `${wrong[0]} of its workload cannot be ${JSON.stringify(fields[wrong[0]])}`;
  const { digest, bodyBytes, ...rest } = value as WorkloadLine;
  const { api, id, status, submittedAt, endedAt, contentType, attempt, deathReasons, supervisorDeaths, error } = rest;
  if ((endedAt === null) !== (status === 'in_queue')) return `endedAt of its workload does not fit ${status}`;
  if ((error === null) === (status === 'failed')) return `error of its workload does not fit ${status}`;
  if ((bodyBytes === null) !== (status === 'failed' || status === 'cancelled'))
    return `bodyBytes of its workload does not fit ${status}`;
  const known = { api, id, status, submittedAt, endedAt, contentType, attempt, deathReasons, supervisorDeaths, error };
  return [{ ...known, digest: Buffer.from(digest, 'hex') }, bodyBytes];
}
