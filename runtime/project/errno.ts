/** Whether `error` is one of the operating system with one of these codes (`ENOENT`, ...). */
export function isErrno(error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** The operating system's words for what went wrong, without Node's call and paths. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: (?<words>[^,]+),/.exec(text)?.groups?.['words'] ?? text;
}
