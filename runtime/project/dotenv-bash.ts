import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { KnownError } from '../errors/known-error.ts';
import { killGroup } from '../processes/kill-group.ts';
import type { Environment } from './machine-environment.ts';
import { findOnPath } from '../processes/find-on-path.ts';
import { assertNoShortage, shortageSaid } from '../processes/shortage.ts';
import { assertSpawnRoom } from '../processes/spawn-room.ts';
import { shellWord } from '../processes/shell-word.ts';

export type Variables = Map<string, Buffer>;

/** What bash made of a `.env`. */
export interface SourceOutcome {
  /** The exported variables, without those that bash itself sets and the file does not. */
  readonly before: Variables;
  readonly after: Variables;
  readonly stderr: string;
  /** `ended`: the file ended the shell, so that there is no `after`. */
  readonly end: 'complete' | 'ended' | 'timed out' | 'too much output';
  readonly exitCode: number | null;
}

const OUTPUT_LIMIT_BYTES = 8 * 1024 * 1024;
const STDERR_GRACE_MS = 200;
/** What would change how bash reads a file, or make it read another one. The predictor gets them all the same. */
const BASH_SETTINGS = ['BASH_ENV', 'ENV', 'BASHOPTS', 'SHELLOPTS', 'POSIXLY_CORRECT', 'BASH_XTRACEFD'];

const READER = 'The bash that reads .env';

export interface SourceOptions {
  readonly projectDir: string;
  readonly environment: Environment;
  readonly timeoutMs: number;
}

/**
 * Sources `./.env` in `projectDir`. Whatever it started is killed at the end. Fails with `PONS_ERR_PROJECT_BASH_MISSING`, or with an error of the area
 * MACHINE.
 */
export async function sourceWithBash({ projectDir, environment, timeoutMs }: SourceOptions): Promise<SourceOutcome> {
  const bash = await findOnPath('bash', process.env['PATH']);
  const env = await findOnPath('env', process.env['PATH']);
  if (bash === null || env === null) throw KnownError.of('PONS_ERR_PROJECT_BASH_MISSING', { needed: 'read .env' });
  const ours = Object.entries(environment).filter(([name]) => !BASH_SETTINGS.includes(name));
  assertSpawnRoom(READER);
  try {
    const child = spawn(bash, ['--noprofile', '--norc', '-c', scriptWith(env)], {
      cwd: projectDir,
      // The words of its messages, which are matched.
      env: { ...Object.fromEntries(ours), LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const outcome = await collect(child, timeoutMs);
    const shortage = outcome.end === 'complete' ? null : shortageSaid(outcome.stderr.split('\n'), READER);
    if (shortage !== null) throw shortage;
    return outcome;
  } catch (error) {
    assertNoShortage(error, READER);
    throw error;
  }
}

/**
 * The variables that bash sets by itself lose their export, so that they come out only where the file sets them. The file sees neither
 * fd 3, on which the variables come out, nor our stdout.
 */
function scriptWith(env: string): string {
  const print = `${shellWord(env)} -0 >&3 && builtin printf '\\0' >&3`;
  return [
    'builtin declare +x PWD OLDPWD SHLVL LC_ALL',
    print,
    'builtin set -a',
    'builtin . ./.env 3>&- >&2',
    print,
  ].join('\n');
}

async function collect(child: ChildProcess, timeoutMs: number): Promise<SourceOutcome> {
  const stops: SourceOutcome['end'][] = [];
  const stop = (why: SourceOutcome['end']): void => {
    stops.push(why);
    if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
  };
  const timer = setTimeout(stop, timeoutMs, 'timed out');
  const variables = gather(child.stdio[3] as Readable, stop);
  const stderr = gather(child.stdio[2] as Readable, stop);
  try {
    const [exitCode] = (await once(child, 'exit')) as [number | null];
    if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
    await variables.ended;
    // A background process that left the group may hold stderr open for ever.
    await Promise.race([stderr.ended, once(AbortSignal.timeout(STDERR_GRACE_MS), 'abort')]);
    const [before, after] = parseVariables(Buffer.concat(variables.chunks));
    const end = stops[0] ?? (after === undefined ? 'ended' : 'complete');
    const none: Variables = new Map();
    const printed = Buffer.concat(stderr.chunks).toString('utf8');
    return { before: before ?? none, after: after ?? none, stderr: printed, end, exitCode };
  } finally {
    clearTimeout(timer);
    child.stdio[2]?.destroy();
  }
}

interface Gathered {
  readonly chunks: Buffer[];
  readonly ended: Promise<unknown>;
}

function gather(stream: Readable, stop: (why: SourceOutcome['end']) => void): Gathered {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  stream.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes <= OUTPUT_LIMIT_BYTES) chunks.push(chunk);
    else stop('too much output');
  });
  return { chunks, ended: once(stream, 'close') };
}

/** Splits blocks of `NAME=value NUL`, each block ended by a NUL of its own; a block that was not ended is left out. */
function parseVariables(output: Buffer): Variables[] {
  const blocks: Variables[] = [];
  let block: Variables = new Map();
  let start = 0;
  for (let end = output.indexOf(0); end !== -1; end = output.indexOf(0, start)) {
    const entry = output.subarray(start, end);
    const equals = entry.indexOf('=');
    if (equals > 0) block.set(entry.subarray(0, equals).toString('utf8'), entry.subarray(equals + 1));
    if (entry.length === 0) {
      blocks.push(block);
      block = new Map();
    }
    start = end + 1;
  }
  return blocks;
}
