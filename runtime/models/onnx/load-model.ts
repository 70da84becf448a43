import { KnownError } from '../../errors/known-error.ts';
import { shortageSaid } from '../../processes/shortage.ts';
import { ModelError } from '../model-error.ts';
import { LoadError } from './load-error.ts';
import type { Loaded, LoadOrder } from './exchange.ts';
import type { SessionPlace } from './model-processes.ts';
import { failureOf } from './process-failure.ts';

/** Whose message is what is wrong with the model. */
const BY_PROBLEM = {
  DATA_UNUSABLE: 'PONS_ERR_MODELS_DATA_UNUSABLE',
  TYPE_UNSERVABLE: 'PONS_ERR_MODELS_TYPE_UNSERVABLE',
  UNLOADABLE: 'PONS_ERR_MODELS_UNLOADABLE',
  THREADS: 'PONS_ERR_MODELS_UNLOADABLE',
} as const;

/**
 * Has a model loaded in its place. Rejects with `ModelError`, whose `cause` is the `KnownError` of a start that fails by it, or the `ProcessEndedError` that kept it from
 * being loaded.
 */
export async function loadModel({ host, session }: SessionPlace, order: LoadOrder): Promise<Loaded> {
  const { label } = order;
  try {
    return await host.load(session, order);
  } catch (error) {
    if (!(error instanceof LoadError)) throw failureOf(label, error);
    const shortage = error.code === 'THREADS' ? shortageSaid([error.message], `A thread for ${label}`) : null;
    if (shortage !== null) throw failureOf(label, shortage);
    const known = knownErrorOf(error, order);
    throw new ModelError('MODEL_UNUSABLE', known.message, known);
  }
}

function knownErrorOf({ code, message }: LoadError, { label, shown, options }: LoadOrder): KnownError {
  if (code === 'PROVIDER') {
    return KnownError.of('PONS_ERR_MODELS_PROVIDER', { provider: options.provider, reason: message });
  }
  if (code === 'LIBRARY') return KnownError.of('PONS_ERR_MODELS_LIBRARY', { reason: message });
  if (code === 'UNREADABLE') return KnownError.of('PONS_ERR_MODELS_UNREADABLE', { path: shown, reason: message });
  const facts = { model: label, path: shown };
  if (code === 'DATA_MISSING') return KnownError.of('PONS_ERR_MODELS_DATA_MISSING', { ...facts, file: message });
  if (code === 'LOCALE') return KnownError.of('PONS_ERR_MODELS_LOCALE', { ...facts, locale: message });
  return KnownError.of(BY_PROBLEM[code], { ...facts, problem: message });
}
