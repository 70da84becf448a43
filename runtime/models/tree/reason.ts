/** The operating system's words for what went wrong, without Node's call and paths. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: (?<words>[^,]+),/.exec(text)?.groups?.['words'] ?? text;
}

/** The code of the operating system (`ENOENT`, ...), or an empty text. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
