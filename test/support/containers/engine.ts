import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { execa, ExecaError } from 'execa';
import { alone } from '../alone.ts';
import { MARK_VARIABLE } from '../runner/leftovers.ts';
import { BASE_IMAGES, baseImagesScript, missingPrograms } from './bases.ts';
import { inUse, lockOf, noteUse } from './uses.ts';

/** A container engine that a test may use, and the names that are this run's there. */
export interface Engine {
  /** What its clients (`docker`, `docker-compose`, `pons build`) need in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Begins the name of every image, container, network and volume of this run; what bears it is removed at the run's end. */
  readonly prefix: string;
  /** Runs the client to its end; resolves to its stdout, rejects with all that it said. */
  readonly docker: (args: readonly string[], options?: DockerOptions) => Promise<string>;
}

interface DockerOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Whether what it says on stderr is part of the answer. */
  readonly withErrors?: boolean;
}

/** Debian's client has BuildKit built in; another one first on the PATH may lack it. */
const DEBIAN_CLIENT = '/usr/bin/docker';
const CLIENT = existsSync(DEBIAN_CLIENT) ? DEBIAN_CLIENT : 'docker';
const DEFAULT_SOCKET = 'unix:///var/run/docker.sock';
const INFO_MS = 10_000;
const PULL_MS = 30_000;
/** Making the base images takes a minute or three, the first time. */
const MAKE_MS = 600_000;
const COMMAND_MS = 300_000;

let found: Promise<Engine | string> | null = null;

/**
 * The engine of `DOCKER_HOST`, the machine's own, or one that is started for the tests, with the base images; or why there is none, in words that begin
 * with "container engine".
 */
export function findEngine(): Promise<Engine | string> {
  found ??= alone(lockOf('engine'), find);
  return found;
}

/** The engine at `host`, for the run of the process `runner`. */
export function engineAt(host: string, runner: number): Engine {
  const path = CLIENT === DEBIAN_CLIENT ? `/usr/bin:${process.env['PATH'] ?? ''}` : (process.env['PATH'] ?? '');
  const environment = { DOCKER_HOST: host, DOCKER_BUILDKIT: '1', PATH: path };
  return {
    environment,
    prefix: `pons-test-${runner}`,
    docker: async (args, { input, timeoutMs = COMMAND_MS, withErrors = false } = {}) => {
      const given = input === undefined ? { stdin: 'ignore' as const } : { input };
      const { stdout, all } = await execa(CLIENT, args, { ...given, env: environment, timeout: timeoutMs, all: true });
      return withErrors ? all : stdout;
    },
  };
}

async function find(): Promise<Engine | string> {
  try {
    return await findOrStart();
  } catch (error) {
    const said = error instanceof ExecaError ? error.stderr : String(error);
    return `container engine: ${String(said).trim().split('\n').at(-1) ?? ''}`;
  }
}

async function findOrStart(): Promise<Engine | string> {
  if (!hasClient()) return 'container engine: there is no docker client: apt-get install docker.io';
  const runner = process.ppid;
  const given = process.env['DOCKER_HOST'];
  for (const host of given === undefined ? [DEFAULT_SOCKET] : [given]) {
    const engine = engineAt(host, runner);
    if (!(await answers(engine))) continue;
    await seeToBases(engine, host);
    noteUse(runner, { host, started: false });
    return engine;
  }
  if (given !== undefined) return `container engine: none answers at ${given}, which DOCKER_HOST names`;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'container engine: none is running, and only root on Linux can start one';
  }
  const missing = missingPrograms();
  if (missing.length > 0) return `container engine: there is no ${missing.join(', ')}: see .ci/run`;
  const host = hostOf(execFileSync(baseImagesScript, ['env'], { encoding: 'utf8' }));
  const engine = engineAt(host, runner);
  const wasRunning = await answers(engine);
  // Before it is started: what fails after that must not leave it behind.
  noteUse(runner, { host, started: !wasRunning || inUse().some((use) => use.host === host && use.started) });
  await makeBases({});
  return engine;
}

function hasClient(): boolean {
  try {
    execFileSync(CLIENT, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function answers(engine: Engine): Promise<boolean> {
  return engine.docker(['info'], { timeoutMs: INFO_MS }).then(
    () => true,
    () => false,
  );
}

/** They come from a registry where one can be reached. */
async function seeToBases(engine: Engine, host: string): Promise<void> {
  for (const image of BASE_IMAGES) {
    const isThere = await engine.docker(['image', 'inspect', image]).catch(() => null);
    if (isThere !== null) continue;
    const isPulled = await engine.docker(['pull', '--quiet', image], { timeoutMs: PULL_MS }).catch(() => null);
    if (isPulled === null) {
      await makeBases({ DOCKER_HOST: host });
      return;
    }
  }
}

/** Starts the tests' own engine where no `DOCKER_HOST` is given. It outlives the test file that starts it: others use it, and the run ends it. */
async function makeBases(env: Readonly<Record<string, string>>): Promise<void> {
  await execa(baseImagesScript, [], { env: { ...env, [MARK_VARIABLE]: undefined }, timeout: MAKE_MS });
}

function hostOf(exports: string): string {
  return /DOCKER_HOST=(\S+)/.exec(exports)?.[1] ?? '';
}
