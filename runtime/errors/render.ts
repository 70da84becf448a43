import { isKnownError, type KnownError } from './known-error.ts';

/** What a client is shown of an error: nothing of ours but the table's row. */
export interface ErrorView {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

export function renderError(error: KnownError): ErrorView {
  return { code: error.code, message: error.message, fix: error.fix };
}

/** The text for a terminal: message, fix and code on lines of their own. */
export function renderErrorText(error: KnownError): string {
  return `${error.message}\n  ${error.fix} [${error.code}]`;
}

/** The sentence of whatever was thrown, for logs. */
export function messageOf(error: unknown): string {
  if (isKnownError(error)) return `${error.message} [${error.code}]`;
  return error instanceof Error ? error.message : String(error);
}
