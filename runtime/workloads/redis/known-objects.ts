import { KnownError } from '../../errors/known-error.ts';
import type { Bucket } from '../blobs/bucket.ts';
import { isMarkIn } from '../blobs/location.ts';
import { listIn, numberIn, textIn } from './replies.ts';
import type { Scripts } from './scripts.ts';
import { UPLOAD_MS } from './under-way.ts';

/** Of how many it is looked whether they are there. */
const SAMPLES = 5;
/** Fewer that are gone may have been deleted by somebody one by one. */
const TELLING = 3;

/**
 * Looks whether the bodies of an API that Redis knows in a bucket can be read by this process. Rejects with `PONS_ERR_PAYLOADS_ELSEWHERE` where they lie in
 * another place than it was given, or it was given none, with `PONS_ERR_PAYLOADS_OTHER_S3` where the place has not the mark that Pons left, and with
 * `PONS_ERR_PAYLOADS_LOST` where several were looked for and none of them is there; where it is only one or two, that is warned of.
 */
export async function assertObjectsReadable(
  scripts: Scripts,
  api: string,
  bucket: Bucket | null,
  warn: (text: string) => void,
): Promise<void> {
  const reply = listIn(await scripts.call('objects', api, String(UPLOAD_MS), String(SAMPLES)));
  const [there, objects, some] = [textIn(reply[0]), numberIn(reply[1]), listIn(reply[2]).map(textIn)];
  if (objects === 0) return;
  const given = bucket?.location.shown ?? null;
  if (bucket === null || there !== given) throw KnownError.of('PONS_ERR_PAYLOADS_ELSEWHERE', { api, there, given });
  const found = await Promise.all(some.map((reference) => bucket.holds(reference)));
  if (found.includes(true)) return;
  const [mark, facts] = [textIn(reply[3]), { api, place: there, endpoint: bucket.endpoint, objects }];
  if (isMarkIn(bucket.location, mark) && !(await bucket.holds(mark))) {
    throw KnownError.of('PONS_ERR_PAYLOADS_OTHER_S3', { ...facts, mark });
  }
  if (some.length >= TELLING) throw KnownError.of('PONS_ERR_PAYLOADS_LOST', facts);
  if (some.length > 0) warn(`of ${api} these are missing in the bucket: ${some.join(', ')}`);
}
