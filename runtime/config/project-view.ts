import { posix } from 'node:path';
import { nearest } from './unknown-keys.ts';

/** What the caller knows of the project's files. */
export interface VisibleFiles {
  /** The files that the predictor sees, sorted by path: relative to the project root, with `/`. */
  readonly files: readonly { readonly path: string }[];
  /** What keeps an existing path from the predictor, in words that follow "is excluded by"; else null. */
  readonly whyExcluded: (path: string) => string | null;
}

const SHOWN_FILES = 5;

/** Answers questions of the configuration about the files that the predictor sees. */
export class ProjectView {
  readonly #whyExcluded: VisibleFiles['whyExcluded'];
  /** Without files to look at, whatever is asked for is there. */
  readonly #isBlind: boolean;
  /** In the order given, which is sorted. */
  readonly #seen: ReadonlySet<string>;
  readonly #folders = new Set<string>();

  constructor(files: VisibleFiles | null) {
    this.#isBlind = files === null;
    this.#whyExcluded = files?.whyExcluded ?? (() => null);
    this.#seen = new Set(files?.files.map((file) => file.path));
    for (const file of this.#seen) {
      for (
        let folder = posix.dirname(file);
        folder !== '.' && !this.#folders.has(folder);
        folder = posix.dirname(folder)
      ) {
        this.#folders.add(folder);
      }
    }
  }

  hasFile(path: string): boolean {
    return this.#isBlind || this.#seen.has(path);
  }

  hasFolder(path: string): boolean {
    return this.#isBlind || this.#folders.has(path);
  }

  /** Why there is no such file for the predictor, and what to write instead: a file with this ending, or the likes of `example` where that is given. */
  explainNoFile(path: string, suffix: string, example?: string): string {
    if (this.#folders.has(path)) return 'is a folder; it must be a file';
    const reason = this.#whyExcluded(path);
    if (reason !== null) return explainExcluded(reason);
    const candidates = [...this.#seen].filter((file) => file.endsWith(suffix));
    return `does not exist; ${this.#advise(path, candidates, 'a file below the project root', example)}`;
  }

  /** Why there is no such folder for the predictor, and what to write instead. */
  explainNoFolder(path: string): string {
    if (this.#seen.has(path)) return 'is a file; it must be a folder';
    const reason = this.#whyExcluded(path);
    if (reason !== null) return explainExcluded(reason);
    return `does not exist or holds no file that the predictor sees; ${this.#advise(path, [...this.#folders].sort(), 'a folder below the project root')}`;
  }

  #advise(path: string, candidates: readonly string[], expects: string, example?: string): string {
    const base = posix.basename(path);
    const meant = candidates.find((candidate) => posix.basename(candidate) === base) ?? nearest(path, candidates);
    if (meant !== null) return `did you mean "${meant}"?`;
    if (example !== undefined) return `it must be ${expects}, such as ${example}`;
    if (candidates.length === 0) return `it must be ${expects}`;
    const more = candidates.length > SHOWN_FILES ? ', ...' : '';
    return `it must be ${expects}, such as ${candidates.slice(0, SHOWN_FILES).join(', ')}${more}`;
  }
}

function explainExcluded(reason: string): string {
  return `exists but is excluded by ${reason}, so the predictor does not see it; include it, or name another one`;
}

/** The path in its simplest form, or `problem`: why it cannot be a path within the project. */
export function parseProjectPath(text: string): { readonly path: string } | { readonly problem: string } {
  const relative = 'it must be a path relative to the project root';
  if (text === '') return { problem: `is empty; ${relative}` };
  if (text.includes('\0')) return { problem: `contains a NUL character; ${relative}` };
  // It becomes a part of lines: of a Dockerfile, of a script, of what is told.
  if (/\p{Cc}/u.test(text)) return { problem: `contains a control character, such as a line break; ${relative}` };
  if (text.startsWith('~')) return { problem: `begins with "~"; ${relative}` };
  if (text.startsWith('/')) return { problem: `is an absolute path; ${relative}` };
  const path = posix.normalize(text).replace(/\/$/, '');
  if (path === '..' || path.startsWith('../')) return { problem: `leaves the project folder; ${relative}, below it` };
  return { path };
}
