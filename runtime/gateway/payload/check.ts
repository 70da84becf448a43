import { KnownError } from '../../errors/known-error.ts';
import type { ContentType } from '../../workloads/content-type.ts';
import type { ReceivedBody, WorkloadStore } from '../../workloads/store.ts';
import { findJsonProblem } from './json-check.ts';
import { findBadUtf8 } from './utf8.ts';

/** Larger bodies would hold up every other request; the predictor process finds what is wrong with them. */
const CHECKED_BYTES = 1024 * 1024;

/**
 * Throws `PONS_ERR_PAYLOAD_INVALID`, in the words of the predictor process, for a body of up to 1 MB that no predictor can be given,
 * after having discarded it.
 */
export async function assertPayloadReadable(
  store: WorkloadStore,
  type: ContentType,
  received: ReceivedBody,
): Promise<void> {
  const problemIn = checkFor(type);
  if (problemIn === null) return;
  const { body } = received;
  const sizeBytes = body.kind === 'bytes' ? body.bytes.length : body.sizeBytes;
  if (sizeBytes > CHECKED_BYTES) return;
  const problem = problemIn(body.kind === 'bytes' ? body.bytes : await store.read(body));
  if (problem === null) return;
  await store.discard(received);
  throw problem;
}

function checkFor({ essence, charset }: ContentType): ((bytes: Uint8Array) => KnownError | null) | null {
  if (essence === 'application/json') return checkJson;
  const isUtf8 = charset === null || charset === 'utf-8' || charset === 'utf8';
  return essence === 'text/plain' && isUtf8 ? checkText : null;
}

function checkJson(bytes: Uint8Array): KnownError | null {
  const problem = findJsonProblem(bytes);
  return problem === null ? null : invalid(`the body is not valid JSON: ${problem}`);
}

function checkText(bytes: Uint8Array): KnownError | null {
  const bad = findBadUtf8(bytes);
  if (bad === null) return null;
  const byte = (bytes[bad.start] ?? 0).toString(16).padStart(2, '0');
  return invalid(`the body is not valid UTF-8: byte 0x${byte} at position ${bad.start}`);
}

function invalid(text: string): KnownError {
  return KnownError.of('PONS_ERR_PAYLOAD_INVALID', { text });
}
