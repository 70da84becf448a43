import type { SourceOutcome } from './dotenv-bash.ts';

/** One thing wrong with a `.env`; it never holds a part of a value. */
export interface DotenvProblem {
  /** Counted from 1; null where it is the file as a whole. */
  readonly line: number | null;
  readonly reason: string;
}

/**
 * bash's reasons, as far as they can be repeated: it quotes what it refuses, which may be a part of a secret, so that only fixed words
 * and single signs are taken over.
 */
const REASONS: readonly (readonly [RegExp, (sign: string) => string])[] = [
  [/command not found$/, () => 'command not found'],
  [/No such file or directory$/, () => 'No such file or directory'],
  [/Permission denied$/, () => 'Permission denied'],
  [/Is a directory$/, () => 'Is a directory'],
  [/not a valid identifier$/, () => 'not a valid identifier'],
  [/bad substitution$/, () => 'bad substitution'],
  [/unbound variable$/, () => 'unbound variable'],
  [/readonly variable$/, () => 'readonly variable'],
  [/ambiguous redirect$/, () => 'ambiguous redirect'],
  [/Bad file descriptor$/, () => 'Bad file descriptor'],
  [/Argument list too long$/, () => 'Argument list too long'],
  [
    /unexpected EOF while looking for matching [`'](?<sign>.)'$/,
    (sign) => `unexpected end of file while looking for the matching ${sign}`,
  ],
  [
    /syntax error near unexpected token [`'](?<sign>[^\w]{1,3}|newline)'$/,
    (sign) => `syntax error near unexpected token ${sign}`,
  ],
  [/syntax error near unexpected token/, () => 'syntax error near an unexpected word'],
  [/syntax error: unexpected end of file/, () => 'syntax error: unexpected end of file'],
  [/syntax error/, () => 'syntax error'],
];

const BASH_LINE = /^\.\/\.env: (?:command substitution: )?line (?<line>\d+): (?<reason>.*)$/;
// bash repeats the whole line in quotes behind some of its errors.
const REPEATED_LINE = /^`/;
const SETS_VARIABLE = /^\s*(?:export\s+)?(?<name>[A-Za-z_]\w*)\s*\+?=/;

/** What bash refused in a `.env`, in the order of its lines. */
export function problemsIn(outcome: SourceOutcome, content: string): DotenvProblem[] {
  const refused = refusedLines(outcome.stderr, content.split('\n'));
  const encoding = encodingProblem(content);
  const isProgram = outcome.stderr.includes('./.env: cannot execute binary file');
  if ((refused.length > 0 || isProgram) && encoding !== null) return [encoding];
  if (isProgram) return [{ line: null, reason: 'is no text; it must be a file of lines such as VARIABLE=value' }];
  if (outcome.end === 'complete') return refused;
  if (outcome.end === 'timed out') return [{ line: null, reason: 'bash did not finish it in time' }];
  if (outcome.end === 'too much output') return [{ line: null, reason: 'bash gave too much output for it' }];
  if (refused.length > 0) return refused;
  if (outcome.stderr.includes('Argument list too long')) return [tooLarge(content)];
  return [{ line: null, reason: `ended the shell before its end (exit status ${outcome.exitCode ?? 'unknown'})` }];
}

/** Source: MAX_ARG_STRLEN of Linux, with name and equals sign. */
const LARGEST_VARIABLE_BYTES = 128 * 1024;

function tooLarge(content: string): DotenvProblem {
  const lines = content.split('\n');
  const at = lines.findIndex((line) => line.length >= LARGEST_VARIABLE_BYTES);
  const advice = 'put large values into a file of the project';
  if (at < 0) return { line: null, reason: `its variables together are too large for a process; ${advice}` };
  const name = SETS_VARIABLE.exec(lines[at] ?? '')?.groups?.['name'];
  const subject = name === undefined ? 'this line' : `the value of ${name}`;
  return { line: at + 1, reason: `${subject} is too large for a variable; ${advice}` };
}

/** How other encodings than UTF-8 begin, in latin1. */
const MARKS: Readonly<Record<string, string>> = {
  '\xef\xbb\xbf': 'a byte order mark, which bash takes for a part of the first name; save it as UTF-8 without one',
  '\xff\xfe': 'UTF-16; save it as UTF-8',
  '\xfe\xff': 'UTF-16; save it as UTF-8',
};

/** What the file's encoding makes of its first line. */
function encodingProblem(content: string): DotenvProblem | null {
  const mark = Object.keys(MARKS).find((bytes) => content.startsWith(bytes));
  return mark === undefined ? null : { line: 1, reason: `the file begins with ${MARKS[mark] ?? ''}` };
}

function refusedLines(stderr: string, lines: readonly string[]): DotenvProblem[] {
  const byLine = new Map<number, DotenvProblem>();
  for (const printed of stderr.split('\n')) {
    const { line, reason } = BASH_LINE.exec(printed)?.groups ?? {};
    if (line === undefined || reason === undefined || reason.startsWith('warning:') || REPEATED_LINE.test(reason))
      continue;
    const number = Number(line);
    if (!byLine.has(number)) byLine.set(number, { line: number, reason: describe(reason, lines[number - 1] ?? '') });
  }
  return [...byLine.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function describe(reason: string, source: string): string {
  const name = SETS_VARIABLE.exec(source)?.groups?.['name'];
  const carriageReturn = source.endsWith('\r') ? '; the line ends with a carriage return (Windows line ends)' : '';
  return `bash refuses this line${name === undefined ? '' : ` (${name})`}: ${wordsOf(reason)}${carriageReturn}`;
}

function wordsOf(reason: string): string {
  for (const [pattern, words] of REASONS) {
    const match = pattern.exec(reason);
    if (match !== null) return words(match.groups?.['sign'] ?? '');
  }
  return 'error';
}
