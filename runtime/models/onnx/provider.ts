import { LoadError } from './load-error.ts';
import { libraryMessage } from './library-message.ts';
import type { Provider } from './exchange.ts';

/** What the library was built with; files of one that is not bundled may be missing. */
export interface AvailableProvider {
  readonly name: string;
  readonly bundled: boolean;
}

/** The library's own functions that fail where a provider's files or drivers do. */
const FAILED_PATTERN = /^OrtSessionOptionsAppendExecutionProvider|^SessionOptionsAppendExecutionProvider/;

/** Throws `LoadError` with `PROVIDER` where the library was built without it. */
export function assertProvider(provider: Provider, available: readonly AvailableProvider[]): void {
  if (available.some(({ name }) => name === provider)) return;
  throw new LoadError('PROVIDER', 'onnxruntime-node has none of that name on this machine');
}

/** Why a model was not loaded, as far as that is to be blamed on the provider; else null. */
export function providerFailure(error: unknown): LoadError | null {
  const text = libraryMessage(error);
  return FAILED_PATTERN.test(text) ? new LoadError('PROVIDER', text.slice(text.indexOf(':') + 1).trim()) : null;
}
