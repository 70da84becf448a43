import { catalog, type ErrorCode, type FactsOf } from './catalog.ts';
import type { CatalogEntry, Fault } from './entry.ts';

/** An error of the table: match on `code`, show `message` and `fix`, keep `cause`. */
export class KnownError extends Error {
  override readonly name = 'KnownError';
  readonly code: ErrorCode;
  readonly fault: Fault;
  readonly status: number;
  readonly fix: string;

  private constructor(code: ErrorCode, entry: Omit<CatalogEntry<never>, 'message'>, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
    this.fault = entry.fault;
    this.status = entry.status;
    this.fix = entry.fix;
  }

  /** Makes the error `code` from its facts; `cause` is what was caught, if anything. */
  static of<C extends ErrorCode>(code: C, facts: FactsOf<C>, cause?: unknown): KnownError {
    const entry = catalog[code] as unknown as CatalogEntry<FactsOf<C>>;
    return new KnownError(code, entry, entry.message(facts), cause);
  }
}

export function isKnownError(value: unknown): value is KnownError {
  return value instanceof KnownError;
}
