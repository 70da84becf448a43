import type { ErrorView } from '../../errors/render.ts';
import type { WorkloadStatus } from '../states.ts';
import type { Lease, WorkloadRecord } from '../store.ts';
import type { Bodies } from './bodies.ts';
import type { Reply } from './client.ts';
import { bytesIn, numberIn, textIn } from './replies.ts';

/** A lease as `lua/lease.lua` returns it. */
export function leaseIn(api: string, row: readonly Reply[], bodies: Bodies): Lease {
  const [id, token, contentType, size, body, chunks, attempt, alone, submitted] = row;
  return {
    api,
    id: textIn(id),
    token: textIn(token),
    contentType: textIn(contentType),
    payload: bodies.shown(numberIn(size), bytesIn(body), textIn(chunks)),
    attempt: numberIn(attempt),
    alone: textIn(alone) === '1',
    submittedAt: numberIn(submitted),
  };
}

/** A record as `lua/find.lua` returns it. */
export function recordIn(api: string, id: string, row: readonly Reply[], bodies: Bodies): WorkloadRecord {
  const [status, submitted, ended, error, size, body, chunks] = row;
  return {
    api,
    id,
    status: textIn(status) as WorkloadStatus,
    submittedAt: numberIn(submitted),
    endedAt: textIn(ended) === '' ? null : numberIn(ended),
    result: size === undefined ? null : bodies.shown(numberIn(size), bytesIn(body), textIn(chunks)),
    error: textIn(error) === '' ? null : (JSON.parse(textIn(error)) as ErrorView),
  };
}
