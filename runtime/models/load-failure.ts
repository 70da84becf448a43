import type { ErrorCode } from '../errors/catalog.ts';
import { isKnownError, KnownError } from '../errors/known-error.ts';
import { ModelError } from './model-error.ts';
import { describeVersion, type ModelVersion, titleOf } from './model-version.ts';

const FIRST_RETRY_MS = 2000;
const MAX_RETRY_MS = 300_000;
/** What lies in the files themselves, or in cortex.yaml. Everything else may be over after a while: a server that restarts, a process that ended, a full table of files. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'PONS_ERR_MODELS_NOT_LOADED',
  'PONS_ERR_MODELS_SIGNATURE_KEY',
  'PONS_ERR_MODELS_TYPE_UNSERVABLE',
  'PONS_ERR_MODELS_UNLOADABLE',
]);
/** What may be mended beside the files that are looked at. */
const BESIDE: ReadonlySet<ErrorCode> = new Set([
  'PONS_ERR_MODELS_DATA_MISSING',
  'PONS_ERR_MODELS_DATA_UNUSABLE',
  'PONS_ERR_MODELS_LOCALE',
]);
/** Whose row of the table is a sentence that the loader has made. */
const SENTENCES = [
  'PONS_ERR_MODELS_LOAD_FAILED',
  'PONS_ERR_MODELS_NOT_LOADED',
  'PONS_ERR_MODELS_SIGNATURE_KEY',
  'PONS_ERR_MODELS_TENSORFLOW_SERVING_FAILED',
] as const;

/** Why a version is not in memory. */
export interface LoadFailure {
  /** Of the files that were tried. */
  readonly fingerprint: string;
  readonly error: ModelError;
  /** By `performance.now()`: files that cannot be loaded as they are are not tried again. */
  readonly retryAt: number;
  /** How often these files have failed. */
  readonly times: number;
}

export function loadFailure(version: ModelVersion, caught: unknown, before: LoadFailure | null): LoadFailure {
  const { fingerprint } = version;
  const times = before?.fingerprint === fingerprint ? before.times + 1 : 1;
  const retryMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (times - 1));
  const retryAt = isFinal(caught) ? Infinity : performance.now() + retryMs;
  return { fingerprint, error: asModelError(version, caught), retryAt, times };
}

/** What a start that fails tells: the error of the table that the loader knew, or that something kept it from loading. */
export function asKnownError(error: unknown): KnownError {
  const cause = error instanceof ModelError ? error.cause : error;
  if (isKnownError(cause)) return cause;
  const reason = error instanceof Error ? error.message : String(error);
  return KnownError.of('PONS_ERR_MODELS_LOAD_FAILED', { reason: asSentence(reason) }, error);
}

/** What ends a start, with the API that it is about: a single model has no name that tells it from those of other APIs. */
export function inApi(api: string, error: unknown): unknown {
  const code = SENTENCES.find((one) => isKnownError(error) && error.code === one);
  if (code === undefined) return error;
  return KnownError.of(code, { reason: `The API "${api}" cannot be served: ${(error as KnownError).message}` }, error);
}

/** What the log says of a version that cannot be loaded; `serving` is the one that goes on, if there is one. */
export function describeFailure({ error: { message } }: LoadFailure, serving: string | null): string {
  return serving === null ? message : `${withoutStop(message)}; version ${serving} goes on serving as it was`;
}

/** What the log says of a version that a start has left out; `serving` is the latest that it has loaded. */
export function describeBroken(error: unknown, serving: string): string {
  const why = error instanceof Error ? error.message : String(error);
  return `${withoutStop(why)}; version ${serving} serves`;
}

/** What the log says when an older version becomes the latest, since a newer one is there but cannot be loaded. */
export function describeFallback({ name, version }: ModelVersion, newest: unknown): string {
  const why = newest instanceof Error ? newest.message : String(newest);
  return `The latest version of ${titleOf(name, null)} is ${version} for now: ${why}`;
}

function asSentence(text: string): string {
  return `${withoutStop(text)}.`;
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}

/** What a loader rejects with; `message` is a sentence that names the model. `NOT_LOADED` is said where only other files can help. */
export function loadError(
  code: Exclude<(typeof SENTENCES)[number], 'PONS_ERR_MODELS_LOAD_FAILED'>,
  message: string,
  cause?: unknown,
): ModelError {
  return new ModelError('MODEL_UNUSABLE', message, KnownError.of(code, { reason: asSentence(message) }, cause));
}

/** Whether it lies in the version, or in what that one needs, which says nothing of the other versions. */
export function isBroken(error: unknown): boolean {
  const code = codeOf(error);
  return isFinal(error) || (code !== null && BESIDE.has(code));
}

function isFinal(caught: unknown): boolean {
  const code = codeOf(caught);
  return code !== null && FINAL.has(code);
}

function codeOf(caught: unknown): ErrorCode | null {
  return caught instanceof ModelError && isKnownError(caught.cause) ? caught.cause.code : null;
}

function asModelError(version: ModelVersion, caught: unknown): ModelError {
  if (caught instanceof ModelError) return caught;
  const reason = caught instanceof Error ? caught.message : String(caught);
  return new ModelError('MODEL_UNUSABLE', `${describeVersion(version)} cannot be loaded: ${reason}`, caught);
}
