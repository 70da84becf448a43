import type { CarriedWorkload } from '../carriage.ts';
import { parseContentType } from '../content-type.ts';
import { isWorkloadId } from '../id.ts';
import { ATTEMPTS_LIMIT, SUPERVISOR_DEATHS_LIMIT } from '../states.ts';
import type { WorkloadLine } from './format.ts';

type Check = (value: unknown) => boolean;

const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isUpTo =
  (limit: number): Check =>
  (value) =>
    isCount(value) && (value as number) <= limit;
/** ms since 1970 up to the last date that there is. Source: ECMA-262, 21.4.1.1 */
const isTime = isUpTo(8.64e15);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isError: Check = (value) => {
  const { code, message, fix } = (value ?? {}) as Record<string, unknown>;
  return [code, message, fix].every((part) => typeof part === 'string');
};

/** What the configuration file takes for a name. Source: `runtime/config/schema/api.ts` */
const API_NAME = /^(?!b-)[a-z](?:[a-z0-9-]{0,40}[a-z0-9])?$/;

/** What HTTP lets through in a header, and the gateway then takes. Source: RFC 9110, 5.5 */
function isContentType(text: string): boolean {
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) return false;
  try {
    parseContentType(text);
    return true;
  } catch {
    return false;
  }
}

const FIELDS: Readonly<Record<keyof WorkloadLine, Check>> = {
  api: (value) => typeof value === 'string' && API_NAME.test(value),
  id: (value) => typeof value === 'string' && isWorkloadId(value),
  status: (value) => ['in_queue', 'completed', 'failed', 'cancelled'].includes(value as string),
  submittedAt: isTime,
  endedAt: orNull(isTime),
  contentType: (value) => typeof value === 'string' && isContentType(value),
  digest: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  attempt: isUpTo(ATTEMPTS_LIMIT),
  deathReasons: (value) => Array.isArray(value) && value.every((reason) => typeof reason === 'string'),
  supervisorDeaths: isUpTo(SUPERVISOR_DEATHS_LIMIT),
  error: orNull(isError),
  bodyBytes: orNull(isCount),
};

/** A workload as it stands in a line of an export, or what is wrong with it. */
export function parseWorkload(value: unknown): readonly [CarriedWorkload, bodyBytes: number | null] | string {
  if (typeof value !== 'object' || value === null) return 'its workload is no object';
  const fields = value as Readonly<Record<string, unknown>>;
  const wrong = Object.entries(FIELDS).find(([name, check]) => !(name in fields) || !check(fields[name]));
  if (wrong !== undefined) {
    const [name] = wrong;
    const shown = name in fields ? JSON.stringify(fields[name]).slice(0, 200) : 'missing';
    return `${name} of its workload cannot be ${shown}`;
  }
  const { digest, bodyBytes, ...rest } = value as WorkloadLine;
  const { api, id, status, submittedAt, endedAt, contentType, attempt, deathReasons, supervisorDeaths, error } = rest;
  if ((endedAt === null) !== (status === 'in_queue')) return `endedAt of its workload does not fit ${status}`;
  if ((error === null) === (status === 'failed')) return `error of its workload does not fit ${status}`;
  if ((bodyBytes === null) !== (status === 'failed' || status === 'cancelled'))
    return `bodyBytes of its workload does not fit ${status}`;
  const known = { api, id, status, submittedAt, endedAt, contentType, attempt, deathReasons, supervisorDeaths, error };
  return [{ ...known, digest: Buffer.from(digest, 'hex') }, bodyBytes];
}
