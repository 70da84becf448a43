/** A place in the configuration file, both counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong in the configuration file. */
export interface ConfigProblem extends Position {
  /** The file's name as the user gave it. */
  readonly file: string;
  /** Which API, by name or `#2`, where the file holds several; else null. */
  readonly api: string | null;
  /** The field, such as `predictor.path`; empty when the problem is the file's own. */
  readonly path: string;
  /** What was found and what would be valid. */
  readonly message: string;
}

/** Records one problem of the file or API at hand. */
export type Report = (at: Position, path: string, message: string) => void;

/** Collects the problems of one file. */
export class ProblemList {
  readonly #file: string;
  readonly #problems: ConfigProblem[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /** A `Report` for the API labelled so, or for the file itself. */
  reporter(api: string | null): Report {
    return (at, path, message) => {
      this.#problems.push({ file: this.#file, line: at.line, column: at.column, api, path, message });
    };
  }

  /** All problems in the order of the file, each once. */
  inFileOrder(): ConfigProblem[] {
    const once = new Map(this.#problems.map((problem) => [formatProblem(problem), problem]));
    return [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  }
}

/** One line for people: `cortex.yaml:7:11 predictor.path: ...`. */
export function formatProblem(problem: ConfigProblem): string {
  const api = problem.api === null ? '' : `[${problem.api}] `;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${problem.file}:${problem.line}:${problem.column} ${api}${path}${problem.message}`;
}
