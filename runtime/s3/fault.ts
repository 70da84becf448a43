/** The HTTP status of an answer of S3 that is an error; null where there was no answer. */
export function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('$metadata' in error)) return null;
  return (error.$metadata as { httpStatusCode?: number }).httpStatusCode ?? null;
}

/** Whether no request was made, since nobody could say with which credentials. */
export function isCredentialsProblem(error: unknown): boolean {
  return error instanceof Error && /^(Credentials|Token)Provider/.test(error.name);
}

/** What is known of an error, in one line without a full stop. */
export function s3Reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Several addresses of one host that all refuse come as one error without words.
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const status = statusOf(error);
  const words = /unknown/i.test(error.message) ? '' : error.message.split('\n')[0]?.replace(/\.$/, '');
  const told = [code === 'Error' ? '' : code, words].filter((part) => part !== '' && part !== undefined);
  return `${told.join(': ')}${status === null ? '' : ` (HTTP ${status})`}`;
}
