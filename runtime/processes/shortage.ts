/**
 * Hazard: a process that cannot be started, since memory, process slots or file descriptors have run out, looks like one that is broken, and whoever reads
 * that mends what is whole. Remedy: a shortage is told from every other failure, by the system's own names and words for it.
 */
import { isKnownError, KnownError } from '../errors/known-error.ts';
import { REFUSED_THREAD } from './refused-thread.ts';

const CODES = {
  memory: 'PONS_ERR_MACHINE_NO_MEMORY',
  processes: 'PONS_ERR_MACHINE_NO_PROCESSES',
  files: 'PONS_ERR_MACHINE_NO_FILES',
} as const;

type Short = keyof typeof CODES;

/** Source: fork(2), execve(2), pipe(2), socketpair(2). */
const ERRNOS: Readonly<Record<string, Short>> = {
  ENOMEM: 'memory',
  EAGAIN: 'processes',
  EMFILE: 'files',
  ENFILE: 'files',
};

/** What shells, tools and Python print where they could not go on themselves. Source: glibc's strerror, dash, bash, CPython, onnxruntime. */
const WORDS: readonly (readonly [RegExp, Short])[] = [
  [/Cannot allocate memory|^MemoryError$/, 'memory'],
  [REFUSED_THREAD, 'processes'],
  [
    /Cannot fork|fork: .*Resource temporarily unavailable|can't start new thread|^BlockingIOError: \[Errno 11\]/,
    'processes',
  ],
  [/Too many open files/, 'files'],
];

/** The error that tells what was short, where `error`, or what caused it, is the system's refusal of a process; else null. `what` begins a sentence. */
export function shortageIn(error: unknown, what: string): KnownError | null {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (isShortage(one)) return one;
    const short = ERRNOS[errnoOf(one)];
    if (short !== undefined) return KnownError.of(CODES[short], { what, said: saidBy(one) }, error);
  }
  return null;
}

/** The same by the last lines that a program printed before it gave up. */
export function shortageSaid(lines: readonly string[], what: string): KnownError | null {
  for (const line of lines.toReversed()) {
    const short = WORDS.find(([words]) => words.test(line))?.[1];
    if (short !== undefined) return KnownError.of(CODES[short], { what, said: line.trim() });
  }
  return null;
}

/** Throws what `shortageIn` finds. */
export function assertNoShortage(error: unknown, what: string): void {
  const shortage = shortageIn(error, what);
  if (shortage !== null) throw shortage;
}

/** Whether an error tells of something that was short, and may be there at the next try. */
export function isShortage(error: unknown): error is KnownError {
  return isKnownError(error) && Object.values<string>(CODES).includes(error.code);
}

function errnoOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  // Of a thread that could not be started.
  return code === 'ERR_WORKER_INIT_FAILED' ? error.message : code;
}

/** Of execa's errors, what the system said, without the command line, which may be a whole script. */
function saidBy(error: Error): string {
  const { originalMessage } = error as { readonly originalMessage?: unknown };
  const said = typeof originalMessage === 'string' ? originalMessage : error.message;
  // Without the call and the path of Node's own.
  return /^[A-Z]+: [^,\n]+(?=,)/.exec(said)?.[0] ?? said.split('\n')[0] ?? said;
}
