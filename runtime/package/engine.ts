import { execa } from 'execa';
import { isKnownError, KnownError } from '../errors/known-error.ts';
import { findAllOnPath } from '../processes/find-on-path.ts';
import { assertNoShortage, isShortage } from '../processes/shortage.ts';
import { assertSpawnRoom } from '../processes/spawn-room.ts';

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
 * Finds the engine that was asked for; without a wish, Docker where it can build, else Podman, which `say` is told of.
 * Fails with `PONS_ERR_BUILD_ENGINE_MISSING`, `_ENGINE_UNREACHABLE` or `_NO_BUILDKIT`, or with an error of the area MACHINE.
 */
export async function findEngine(wish: EngineName | null, say: (line: string) => void): Promise<Engine> {
  const names = wish === null ? ENGINES : [wish];
  const failures: KnownError[] = [];
  for (const name of names) {
    try {
      const engine = await usableEngine(name);
      if (engine === null) continue;
      for (const { code } of failures) say(`docker cannot build here (${code}): ${engine.program} is used.`);
      return engine;
    } catch (error) {
      if (!isKnownError(error) || isShortage(error)) throw error;
      failures.push(error);
    }
  }
  throw failures[0] ?? KnownError.of('PONS_ERR_BUILD_ENGINE_MISSING', { tried: names });
}

/** Asks an engine something; null where it does not know. Fails with `PONS_ERR_BUILD_ENGINE_UNREACHABLE` where it does not answer. */
export async function ask(engine: Engine, args: readonly string[]): Promise<string | null> {
  const { exitCode, stdout, timedOut } = await run(engine.program, args);
  if (exitCode === 0) return stdout.trim();
  if (timedOut) {
    const lastLines = [`no answer to ${args.slice(0, 2).join(' ')} within ${ANSWER_TIMEOUT_MS / 1000} s`];
    throw KnownError.of('PONS_ERR_BUILD_ENGINE_UNREACHABLE', { program: engine.program, lastLines });
  }
  // Each engine, and each version of one, has other words for what it does not know.
  await assertReachable(engine);
  return null;
}

/** null: there is none of that name. */
async function usableEngine(name: EngineName): Promise<Engine | null> {
  const programs = await findAllOnPath(name, process.env['PATH']);
  if (programs.length === 0) return null;
  const engine = name === 'docker' ? await dockerAmong(programs) : { name, program: programs[0] ?? name };
  await assertReachable(engine);
  return engine;
}

/**
 * The first program that builds with secrets that stay out of images: without BuildKit there are none. Several clients may be on the PATH, each with other
 * plugins, and one of them may be Podman by another name.
 */
async function dockerAmong(programs: readonly string[]): Promise<Engine> {
  const tried: string[] = [];
  for (const program of programs) {
    const { stdout } = await run(program, ['--version']);
    if (/^podman\b/i.test(stdout)) return { name: 'podman', program };
    const { exitCode } = await run(program, ['buildx', 'version']);
    if (exitCode === 0) return { name: 'docker', program };
    const version = /version (?<version>(?<major>\d+)[^\s,]*)/.exec(stdout)?.groups;
    if (version !== undefined && Number(version['major']) < FIRST_WITHOUT_BUILDKIT) return { name: 'docker', program };
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
  assertSpawnRoom(program);
  const answer = await execa(program, args, { reject: false, stdin: 'ignore', timeout: ANSWER_TIMEOUT_MS });
  assertNoShortage(answer, program);
  return answer;
}
