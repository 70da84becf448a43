/** What one logical line of a requirements file names. */
export type RequirementLine =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'requirement'; readonly localPath: string | null; readonly editable: boolean }
  | { readonly kind: 'option'; readonly localPath: string | null };

const INCLUDE = /^(?:-r|--requirement|-c|--constraint)(?:\s*=\s*|\s*)(?<value>.+)$/;
const EDITABLE = /^(?:-e|--editable)(?:\s*=\s*|\s*)(?<value>.+)$/;
const FIND_LINKS = /^(?:-f|--find-links)(?:\s*=\s*|\s*)(?<value>.+)$/;
const DIRECT_REFERENCE = /^[\w.-]+\s*(?:\[[^\]]*\])?\s*@\s*(?<value>.+)$/;
const ARCHIVE = /\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz|tar)$/i;

/** Joins continued lines and drops comments and blank ones, as pip does. */
export function logicalLines(content: string): string[] {
  return content
    .replace(/^\ufeff/, '')
    .replace(/\\\r?\n/g, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** Reads one logical line. Paths are as written, without quotes, extras and markers. */
export function parseRequirementLine(line: string): RequirementLine {
  const include = valueOf(INCLUDE, line);
  if (include !== null)
    return isRemote(include) ? { kind: 'option', localPath: null } : { kind: 'file', path: fromFileUrl(include) };
  const links = valueOf(FIND_LINKS, line);
  if (links !== null) return { kind: 'option', localPath: isRemote(links) ? null : fromFileUrl(links) };
  const editable = valueOf(EDITABLE, line);
  if (editable !== null) return { kind: 'requirement', localPath: localPathOf(editable, true), editable: true };
  if (line.startsWith('-')) return { kind: 'option', localPath: null };
  return { kind: 'requirement', localPath: localPathOf(line, false), editable: false };
}

function localPathOf(written: string, isPath: boolean): string | null {
  const target = withoutMarkers(valueOf(DIRECT_REFERENCE, written) ?? written);
  if (isRemote(target)) return null;
  if (target.startsWith('file:')) return fromFileUrl(target);
  const looksLikePath = isPath || target.startsWith('.') || target.includes('/') || ARCHIVE.test(target);
  return looksLikePath ? target : null;
}

function withoutMarkers(target: string): string {
  return target
    .replace(/\s+--.*$/, '')
    .replace(/\s*;.*$/, '')
    .replace(/\[[^\]]*\]$/, '')
    .trim();
}

function isRemote(target: string): boolean {
  return /^(?!file:)[a-z][a-z0-9+.-]*:/i.test(target) || /^[\w.-]+@[\w.-]+:/.test(target);
}

function fromFileUrl(target: string): string {
  if (!target.startsWith('file:')) return target;
  const path = target.replace(/^file:(?:\/\/(?:localhost)?(?=\/))?/, '').replace(/#.*$/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    // Who writes `100%` by hand means that, and pip takes it so.
    return path;
  }
}

function valueOf(pattern: RegExp, line: string): string | null {
  const value = pattern.exec(line)?.groups?.['value'];
  return value === undefined ? null : value.trim().replace(/^(['"])(.*)\1$/, '$2');
}
