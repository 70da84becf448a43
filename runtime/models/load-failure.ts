import { isKnownError, KnownError } from '../errors/known-error.ts';
import { ModelError } from './model-error.ts';
import { describeVersion, type ModelVersion } from './model-version.ts';

const FIRST_RETRY_MS = 2000;
const MAX_RETRY_MS = 300_000;

/** Why a version is not in memory. */
export interface LoadFailure {
  /** Of the files that were tried. */
  readonly fingerprint: string;
  readonly error: ModelError;
  /** By `performance.now()`: files that cannot be loaded are not tried again, those that could not be had are. */
  readonly retryAt: number;
  /** How often these files have failed. */
  readonly times: number;
}

/** `wasFetched` tells whether the files were there, so that only other ones can help. */
export function loadFailure(
  version: ModelVersion,
  caught: unknown,
  wasFetched: boolean,
  before: LoadFailure | null,
): LoadFailure {
  const { fingerprint } = version;
  const times = before?.fingerprint === fingerprint ? before.times + 1 : 1;
  const retryMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (times - 1));
  const retryAt = wasFetched ? Infinity : performance.now() + retryMs;
  return { fingerprint, error: asModelError(version, caught), retryAt, times };
}

/** What a start that fails tells: the reason why files could not be had, or that a model could not be loaded. */
export function asKnownError(error: unknown): KnownError {
  const cause = error instanceof ModelError ? error.cause : error;
  if (isKnownError(cause)) return cause;
  const reason = error instanceof Error ? error.message : String(error);
  return KnownError.of('PONS_ERR_MODELS_NOT_LOADED', { reason: `${reason.replace(/\.$/, '')}.` }, error);
}

function asModelError(version: ModelVersion, caught: unknown): ModelError {
  if (caught instanceof ModelError) return caught;
  const reason = caught instanceof Error ? caught.message : String(caught);
  return new ModelError('MODEL_UNUSABLE', `${describeVersion(version)} cannot be loaded: ${reason}`, caught);
}
