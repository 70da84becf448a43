import { readFileSync, statSync } from 'node:fs';
import { KnownError } from '../../errors/known-error.ts';
import type { Report } from '../config-problem.ts';

/** The largest configuration file that is read. */
export const MAX_FILE_BYTES = 1024 * 1024;

/** What YAML does not call printable; `TextDecoder` has refused lone surrogates already. */
const NOT_PRINTABLE = /[^\t\n\x20-\x7e\x85\xa0-\ufffd]/;

/**
 * The file's bytes.
 * Throws `PONS_ERR_CONFIG_NOT_FOUND`, `PONS_ERR_CONFIG_UNREADABLE` or `PONS_ERR_CONFIG_TOO_LARGE`.
 */
export function readSource(file: string): Buffer {
  try {
    const stat = statSync(file);
    if (!stat.isFile()) {
      const reason = stat.isDirectory() ? 'it is a folder' : 'it is not a regular file';
      throw KnownError.of('PONS_ERR_CONFIG_UNREADABLE', { file, reason });
    }
    if (stat.size > MAX_FILE_BYTES) {
      throw KnownError.of('PONS_ERR_CONFIG_TOO_LARGE', { file, sizeBytes: stat.size, limitBytes: MAX_FILE_BYTES });
    }
    return readFileSync(file);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error instanceof KnownError) throw error;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
      throw KnownError.of('PONS_ERR_CONFIG_NOT_FOUND', { file }, error);
    }
    throw KnownError.of('PONS_ERR_CONFIG_UNREADABLE', { file, reason: error.message }, error);
  }
}

/** The text of the bytes, line breaks as `\n`, no byte order mark; null when they are no text, which is reported. */
export function decodeSource(bytes: Buffer, report: Report): string | null {
  let text: string;
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  try {
    text = new TextDecoder(wide ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    const at = wide === null ? firstBadByte(bytes) : { line: 1, column: 1 };
    report(at, '', `the file is not ${wide === null ? 'UTF-8' : 'UTF-16'} text from here on; save it as UTF-8`);
    return null;
  }
  text = text.replace(/\r\n?/g, '\n');
  const bad = NOT_PRINTABLE.exec(text);
  if (bad === null) return text;
  const before = text.slice(0, bad.index).split('\n');
  const code = bad[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const isWide = code === '0000' && bytes.length > 1 && bad.index < 2;
  const must = isWide
    ? 'the file seems to be UTF-16 or UTF-32 without a byte order mark; save it as UTF-8'
    : 'the file must be YAML text without control characters';
  report(
    { line: before.length, column: (before.at(-1) ?? '').length + 1 },
    '',
    `the character U+${code} is not allowed; ${must}`,
  );
  return null;
}

function firstBadByte(bytes: Buffer): { line: number; column: number } {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8Start(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  // The good part may end inside the bad character.
  const before = new TextDecoder('utf-8').decode(bytes.subarray(0, good), { stream: true }).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

function isUtf8Start(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
