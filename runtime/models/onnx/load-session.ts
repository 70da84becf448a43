import { dirname } from 'node:path';
import { REFUSED_THREAD } from '../../processes/refused-thread.ts';
import { LoadError } from './load-error.ts';
import { libraryMessage } from './library-message.ts';
import type { LoadOrder } from './exchange.ts';
import type { Library, Session } from './library.ts';
import { blamesData, missingData } from './external-data.ts';
import { missingLocale } from './missing-locale.ts';
import { providerFailure } from './provider.ts';
import type { ModelScan } from './scan.ts';
import { saysTooLittleMemory } from './too-little-memory.ts';
import { withoutZipMaps } from './without-zip-maps.ts';

/** Throws `LoadError` with `UNLOADABLE`, `DATA_MISSING`, `DATA_UNUSABLE`, `LOCALE`, `UNREADABLE`, `THREADS` or `PROVIDER`. */
export function loadSession(library: Library, { path, options }: LoadOrder, scan: ModelScan): Session {
  const session = new library.InferenceSession();
  const sessionOptions = {
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionProviders: [options.provider],
    logSeverityLevel: 4 as const,
    // Its threads would go on asking for work after a run, at the cost of the predictors.
    extra: { session: { force_spinning_stop: '1' } },
  };
  try {
    if (scan.zipMaps.length === 0) {
      session.loadModel(path, sessionOptions);
    } else {
      const model = withoutZipMaps(path, scan);
      const { session: extra } = sessionOptions.extra;
      const withFolder = { session: { ...extra, model_external_initializers_file_folder_path: dirname(path) } };
      session.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, {
        ...sessionOptions,
        extra: withFolder,
      });
    }
    return session;
  } catch (error) {
    if (error instanceof LoadError) throw error;
    throw providerFailure(error) ?? loadFailure(libraryMessage(error), path, scan);
  }
}

/** What the file is to blame for, and what it is not: with more memory it may load later. */
function loadFailure(reason: string, path: string, scan: ModelScan): LoadError {
  if (saysTooLittleMemory(reason)) {
    return new LoadError('UNREADABLE', 'there is too little memory to load them');
  }
  if (REFUSED_THREAD.test(reason)) return new LoadError('THREADS', reason);
  const locale = missingLocale(reason);
  if (locale !== null) return new LoadError('LOCALE', locale);
  const missing = missingData(path, scan);
  // Its own words are of the place in the library where it looked.
  if (missing !== null) return new LoadError('DATA_MISSING', missing);
  const code = blamesData(reason, scan) ? 'DATA_UNUSABLE' : 'UNLOADABLE';
  return new LoadError(code, `cannot be loaded by onnxruntime: ${reason}`);
}
