import { KnownError } from '../../errors/known-error.ts';
import type { Bucket } from '../blobs/bucket.ts';
import { UPLOAD_MS } from './objects.ts';
import { listIn, numberIn, textIn } from './replies.ts';
import type { Scripts } from './scripts.ts';

/** Of how many it is looked whether they are there. */
const SAMPLES = 5;

/**
 * Looks whether the bodies of an API that Redis knows in a bucket can be read by this process. Rejects with `PONS_ERR_PAYLOADS_ELSEWHERE` where they lie in
 * another place than it was given, or it was given none, and with `PONS_ERR_PAYLOADS_LOST` where none of them is there.
 */
export async function assertObjectsReadable(scripts: Scripts, api: string, bucket: Bucket | null): Promise<void> {
  const reply = listIn(await scripts.call('objects', api, String(UPLOAD_MS), String(SAMPLES)));
  const [there, objects, some] = [textIn(reply[0]), numberIn(reply[1]), listIn(reply[2]).map(textIn)];
  if (objects === 0) return;
  const given = bucket?.location.shown ?? null;
  if (bucket === null || there !== given) throw KnownError.of('PONS_ERR_PAYLOADS_ELSEWHERE', { api, there, given });
  if (some.length === 0) return;
  const found = await Promise.all(some.map((reference) => bucket.holds(reference)));
  if (found.includes(true)) return;
  throw KnownError.of('PONS_ERR_PAYLOADS_LOST', { api, place: there, endpoint: bucket.endpoint, objects });
}
