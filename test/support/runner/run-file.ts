import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Readable, type Stream } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { deadline } from '../deadline.ts';
import { endLeftovers, killGroup, MARK_VARIABLE, type Leftover } from './leftovers.ts';
import { parseReports, REPORT_FD, type Report } from './report.ts';

/** All that is known of a test file's process once it is gone. */
export interface FileEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly reports: readonly Report[];
  readonly leftovers: readonly Leftover[];
  /** stdout and stderr as they came. */
  readonly output: string;
  readonly durationMs: number;
}

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
/** What a hanging file gets to say which handles it holds. */
const LAST_WORDS_MS = 3000;
/** What the pipes get to empty themselves once nobody writes any more. */
const DRAIN_MS = 10_000;
const running = new Set<number>();

/** Runs one test file in a process group of its own, to its end or its time limit. */
export async function runFile(file: string, timeoutMs: number): Promise<FileEnd> {
  const startedAt = performance.now();
  const mark = randomUUID();
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, file], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, [MARK_VARIABLE]: mark },
  });
  const group = child.pid;
  if (group === undefined) throw new Error(`${process.execPath} could not be started`);
  running.add(group);
  const output: string[] = [];
  const reports: string[] = [];
  collect(child.stdout, output);
  collect(child.stderr, output);
  collect(child.stdio[REPORT_FD], reports);

  const closed = once(child, 'close');
  const timer = new AbortController();
  let timedOut = false;
  const limit = pause(timeoutMs, undefined, { signal: timer.signal }).then(async () => {
    timedOut = true;
    child.kill('SIGUSR2');
    await pause(LAST_WORDS_MS, undefined, { signal: timer.signal });
    killGroup(group);
  });
  limit.catch(() => undefined);
  await once(child, 'exit');
  timer.abort();

  const leftovers = await endLeftovers(group, mark);
  await deadline(DRAIN_MS, closed, 'the end of its output').catch(() => undefined);
  for (const stream of child.stdio) stream?.destroy();
  running.delete(group);
  return {
    exitCode: child.exitCode,
    signal: child.signalCode,
    timedOut,
    reports: parseReports(reports.join('')),
    leftovers,
    output: output.join(''),
    durationMs: performance.now() - startedAt,
  };
}

/** Kills every test file under way; for the end of the runner itself. */
export function killRunning(): void {
  for (const group of running) killGroup(group);
}

function collect(stream: Stream | null | undefined, into: string[]): void {
  if (!(stream instanceof Readable)) return;
  stream.setEncoding('utf8').on('data', (text: string) => into.push(text));
}
