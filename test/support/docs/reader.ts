import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MAIN, servePons, TSX, type Served } from '../served.ts';
import { makeTempDir } from '../temp-dir.ts';
import { isAsShown } from './expected.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The address that the pages name. */
const SHOWN_ADDRESS = 'http://127.0.0.1:8080';
const PRINT_MS = 60_000;
const POLL_MS = 100;

/** Somebody who follows a page from its beginning, in a folder with nothing but the sample project, with `pons` on the PATH. */
export class Reader {
  readonly #folder = makeTempDir();
  #served: Served | null = null;

  constructor() {
    cpSync(join(ROOT, 'sample-project'), join(this.#folder, 'sample-project'), { recursive: true });
    this.write('bin/pons', `#!/bin/sh\nexec '${process.execPath}' --import '${TSX}' '${MAIN}' "$@"\n`);
    chmodSync(join(this.#folder, 'bin/pons'), 0o755);
    // A request that is refused fails its block, unless the page shows the refusal.
    this.write('strict/.curlrc', 'silent\nshow-error\nfail-with-body\n');
    this.write('lenient/.curlrc', 'silent\nshow-error\n');
  }

  write(name: string, content: string): void {
    const path = join(this.#folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  /** Starts what `pons serve PROJECT`, or `npm start`, at the end of `commands` starts; ends what was served before. */
  async serve(commands: string): Promise<void> {
    const last = commands.trim().split(/\n|&&/).at(-1)?.trim();
    const project = / serve (\S+)$/.exec(last === 'npm start' ? startScript() : (last ?? ''))?.[1];
    if (project === undefined) throw new Error(`${commands} does not end with pons serve PROJECT or npm start`);
    await this.close();
    this.#served = await servePons(join(this.#folder, project));
  }

  /** Runs shell commands; rejects with their output unless they succeed. */
  async run(commands: string): Promise<void> {
    const end = await this.#shell(commands, 'strict');
    if (end.code !== 0) throw new Error(`exit code ${String(end.code)}\n${end.stdout}\n${end.stderr}`);
  }

  /** Runs shell commands until they print `shown`: a workload takes its time. */
  async runUntil(commands: string, shown: unknown): Promise<void> {
    const lapsedAt = Date.now() + PRINT_MS;
    for (;;) {
      const end = await this.#shell(commands, 'lenient');
      if (isAsShown(shown, parseOr(end.stdout, null))) return;
      if (Date.now() > lapsedAt) throw new Error(`it prints ${end.stdout}${end.stderr}, not ${JSON.stringify(shown)}`);
      await pause(POLL_MS);
    }
  }

  async close(): Promise<void> {
    await this.#served?.stop();
    this.#served = null;
  }

  async #shell(commands: string, curl: 'strict' | 'lenient') {
    // Whatever else this machine has on the port that the pages name must not be asked.
    if (this.#served === null && commands.includes(SHOWN_ADDRESS))
      throw new Error(`nothing is served at ${SHOWN_ADDRESS}`);
    const script = commands.replaceAll(SHOWN_ADDRESS, this.#served?.url ?? SHOWN_ADDRESS);
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: `${this.#folder}/bin:${process.env['PATH'] ?? ''}`,
        CURL_HOME: join(this.#folder, curl),
      },
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: child.exitCode, stdout, stderr };
  }
}

function startScript(): string {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return scripts['start'] ?? '';
}

function parseOr(json: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return otherwise;
  }
}
