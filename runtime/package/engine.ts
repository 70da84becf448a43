import { execa } from 'execa';
import { KnownError } from '../errors/known-error.ts';
import { findAllOnPath } from '../processes/find-on-path.ts';

export type EngineName = 'docker' | 'podman';

/** What builds, stores and pushes images. */
export interface Engine {
  readonly name: EngineName;
  /** Absolute. */
  readonly program: string;
}

const ENGINES: readonly EngineName[] = ['docker', 'podman'];
const ANSWER_TIMEOUT_MS = 30_000;
/** Clients from this version on need a plugin for BuildKit; older ones have it built in. */
const FIRST_WITHOUT_BUILDKIT = 23;

/**
 * Finds the engine that was asked for; without a wish, Docker where it is, else Podman.
 * Fails with `PONS_ERR_BUILD_ENGINE_MISSING`, `_ENGINE_UNREACHABLE` or `_NO_BUILDKIT`.
 */
export async function findEngine(wish: EngineName | null): Promise<Engine> {
  const names = wish === null ? ENGINES : [wish];
  for (const name of names) {
    const programs = await findAllOnPath(name, process.env['PATH']);
    if (programs.length === 0) continue;
    const engine = { name, program: name === 'docker' ? await withBuildKit(programs) : (programs[0] ?? name) };
    await assertReachable(engine);
    return engine;
  }
  throw KnownError.of('PONS_ERR_BUILD_ENGINE_MISSING', { tried: names });
}

/** Asks an engine something; null where it does not know. */
export async function ask(engine: Engine, args: readonly string[]): Promise<string | null> {
  const { exitCode, stdout } = await run(engine.program, args);
  return exitCode === 0 ? stdout.trim() : null;
}

/** Without BuildKit there are no secrets that stay out of images. Several clients may be on the PATH, each with other plugins. */
async function withBuildKit(programs: readonly string[]): Promise<string> {
  const tried: string[] = [];
  for (const program of programs) {
    const { exitCode } = await run(program, ['buildx', 'version']);
    if (exitCode === 0) return program;
    const { stdout } = await run(program, ['--version']);
    const version = /version (?<version>(?<major>\d+)[^\s,]*)/.exec(stdout)?.groups;
    if (version !== undefined && Number(version['major']) < FIRST_WITHOUT_BUILDKIT) return program;
    tried.push(`${program} (version ${version?.['version'] ?? 'unknown'}, without buildx)`);
  }
  throw KnownError.of('PONS_ERR_BUILD_NO_BUILDKIT', { tried });
}

async function assertReachable({ name, program }: Engine): Promise<void> {
  const { exitCode, stderr } = await run(
    program,
    name === 'docker' ? ['version', '--format', '{{.Server.Version}}'] : ['info'],
  );
  if (exitCode === 0) return;
  const lastLines = stderr.trim().split('\n').slice(-3);
  throw KnownError.of('PONS_ERR_BUILD_ENGINE_UNREACHABLE', { program, lastLines });
}

async function run(program: string, args: readonly string[]) {
  return await execa(program, args, { reject: false, stdin: 'ignore', timeout: ANSWER_TIMEOUT_MS });
}
