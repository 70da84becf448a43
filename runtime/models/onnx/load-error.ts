import type { LoadErrorCode } from './exchange.ts';

/** What an order to load a model ends with instead of its result; what `message` is depends on the code, see `LoadErrorCode`. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
  readonly code: LoadErrorCode;

  constructor(code: LoadErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
