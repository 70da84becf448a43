import { randomUUID } from 'node:crypto';
import { KnownError } from '../errors/known-error.ts';
import { isWorkloadId } from '../workloads/id.ts';

/** The id that the client chose with `x-request-id`, else a new UUID; throws `PONS_ERR_HTTP_ID_INVALID`. */
export function chooseWorkloadId(header: string | string[] | undefined): string {
  if (header === undefined) return timeOrderedUuid();
  // Node joins repeated headers with ", ", which no id contains.
  const given = typeof header === 'string' ? header : header.join(', ');
  if (!isWorkloadId(given)) throw KnownError.of('PONS_ERR_HTTP_ID_INVALID', { got: given.slice(0, 200) });
  return given;
}

/** A UUID of version 7: ids made one after another lie side by side in the index of a store. Source: RFC 9562, 5.7. */
function timeOrderedUuid(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  // Version 4 has the variant bits and 74 random bits where version 7 has them.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
