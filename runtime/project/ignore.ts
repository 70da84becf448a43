import ignore from 'ignore';

/** The line of an ignore file that decides about a path. */
export interface IgnoreRule {
  /** Counted from 1. */
  readonly line: number;
  readonly pattern: string;
}

export interface IgnoreRules {
  /**
   * The line that excludes `path` (relative, with `/`), itself or through a folder above it; null when none does.
   * Behaves as git does: the last matching line wins, and nothing below an excluded folder can be included again.
   */
  excludedBy(path: string, isFolder: boolean): IgnoreRule | null;
}

const UTF8_BOM_AT_START = /^\xef\xbb\xbf/;

/** Reads the content of a `.cortexignore`, which has the syntax and behaviour of `.gitignore`. */
export function parseIgnoreFile(content: Buffer): IgnoreRules {
  const lines = content.toString('latin1').replace(UTF8_BOM_AT_START, '').split('\n');
  const matcher = ignore({ ignorecase: false });
  matcher.add(
    lines.flatMap((line, index) => asPatterns(line).map((pattern) => ({ pattern, mark: String(index + 1) }))),
  );
  return {
    excludedBy(path, isFolder) {
      const { rule } = matcher.test(asBytes(isFolder ? `${path}/` : path));
      if (rule === undefined) return null;
      const line = Number(rule.mark);
      return { line, pattern: asText(lines[line - 1] ?? '').trim() };
    },
  };
}

// git compares bytes: its `?` is one byte, and a character of two bytes needs two of them.
function asBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function asText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const STARS_AFTER_A_NAME = /^(?<not>!?)(?![!#])\/?(?<name>[^*?[\\]*[^*?[\\/!])\*{2,}(?<rest>\/.*|)$/s;

/**
 * The patterns that together say for the package what `line` says for git. They differ in one place: git compares what stands before
 * the first wildcard by itself, so that `**` right behind a name (`src/lib**`, `a**\/b`) begins what is left and crosses folders.
 */
function asPatterns(line: string): string[] {
  const written = line.replace(/ *\r?$/, '');
  const { not, name, rest } = STARS_AFTER_A_NAME.exec(written)?.groups ?? {};
  if (not === undefined || name === undefined || rest === undefined) return [line];
  const isPath = written.slice(0, -1).includes('/');
  if (!isPath) return [line];
  const inNoFolder = rest.length > 1 ? rest.slice(1) : `*${rest}`;
  return [`${not}/${name}${inNoFolder}`, `${not}/${name}*/**${rest}`];
}
