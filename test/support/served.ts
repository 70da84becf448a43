import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { deadline } from './deadline.ts';
import { makeTempDir } from './temp-dir.ts';

/** A running `pons serve`. */
export interface Served {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string;
  readonly pid: number;
  readonly stateDir: string;
  /** The lines of stdout so far, one JSON record each. */
  readonly lines: readonly string[];
  /** Asks it to stop; resolves to the exit code when all that it printed is in `lines`. To be called by every test, also one that fails. */
  stop(): Promise<number | null>;
}

/** The command line program, to be run from its source with `--import` of `TSX`. */
export const MAIN = fileURLToPath(new URL('../../runtime/cli/main.ts', import.meta.url));
export const TSX = import.meta.resolve('tsx');
/** Packages may have to be installed before, on a machine that is busy. */
const START_MS = 300_000;
const STOP_MS = 60_000;
/** What the last of what it printed may take behind its end, unless somebody else holds its output open. */
const PRINTED_MS = 5000;

export interface ServeOptions {
  readonly args?: readonly string[];
  readonly stateDir?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The arguments of Node that come before those of `pons`; the source unless given. */
  readonly program?: readonly string[];
}

/** Starts `pons serve PROJECT` on a free port, with a state folder of its own unless `stateDir` is given. Rejects with its output. */
export async function servePons(project: string, options: ServeOptions = {}): Promise<Served> {
  const stateDir = options.stateDir ?? makeTempDir();
  const args = ['serve', project, '--port', '0', '--state-dir', stateDir, ...(options.args ?? [])];
  const child = spawn(process.execPath, [...(options.program ?? ['--import', TSX, MAIN]), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  const exited = once(child, 'exit');
  const closed = once(child, 'close');
  const printed = exited.then(() => deadline(PRINTED_MS, closed, 'the end of its output').catch(() => undefined));
  const lines: string[] = [];
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const address = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const found = addressIn(line);
      if (found !== null) resolve(found);
    });
    void printed.then(() => {
      reject(new Error(`pons serve ended with ${String(child.exitCode)}:\n${errors.join('')}\n${lines.join('\n')}`));
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    try {
      await deadline(STOP_MS, exited, 'stopping pons serve');
      await printed;
    } finally {
      child.kill('SIGKILL');
    }
    return child.exitCode;
  };
  try {
    const url = await deadline(START_MS, address, 'starting pons serve');
    return { url, pid: child.pid ?? 0, stateDir, lines, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function addressIn(line: string): string | null {
  const said = /"message":"(Serving[^"]*)"/.exec(line)?.[1] ?? '';
  return /https?:\/\/[^\s"/]+/.exec(said)?.[0] ?? null;
}
