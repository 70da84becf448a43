import { KnownError } from '../errors/known-error.ts';
import { machineEnvironment } from '../project/environment.ts';
import { runChild, type ChildOutcome } from '../project/dependencies/child.ts';
import type { Preparation } from '../project/dependencies/preparation.ts';
import type { Engine } from './engine.ts';
import { PYTHON, VENV } from './image-promises.ts';
import { buildArguments, type BuildRequest } from './engine-arguments.ts';
import { followProgress, type Progress } from './progress.ts';

/** What every run of an engine's program needs. */
export interface EngineOptions {
  readonly engine: Engine;
  /** Gets progress, a line at a time. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  readonly preparation: Preparation;
}

/** Runs the engine's program to its end, which an abort of the signal hastens. */
export async function runEngine(
  { engine, say, signal, preparation }: EngineOptions,
  args: readonly string[],
): Promise<ChildOutcome> {
  const environment = { ...machineEnvironment(), DOCKER_BUILDKIT: '1' };
  return await runChild(engine.program, args, { cwd: '/', environment, say, signal, preparation });
}

const LEAK = /^pons: (?<found>\/.*), which would stay in the image$/;

/** What a shell says of the program that each step starts with, where the base image lacks that. */
const WITHOUT_ENVIRONMENT = new RegExp(
  `^/bin/sh: (?:(?:line )?\\d+: )?${PYTHON}: (?:not found|No such file or directory)$`,
);

/**
 * Builds the image of an API on `base`; `titles` are those of its steps, by kind.
 * Fails with `PONS_ERR_BUILD_STEP_FAILED`, which has the last lines of that step, `_SECRET_KEPT`, `_BASE_UNUSABLE` or `_FAILED`.
 */
export async function buildImage(
  { api, base }: { readonly api: string; readonly base: string },
  request: BuildRequest,
  titles: ReadonlyMap<string, string>,
  options: EngineOptions,
): Promise<void> {
  const progress = followProgress(options.engine.name, titles);
  const outcome = await runBuild(request, progress, options);
  if (outcome.ok) return;
  const { title, lastLines } = progress.failure();
  if (lastLines.some((line) => WITHOUT_ENVIRONMENT.test(line))) {
    const reason = `it has no Python environment at ${VENV}`;
    throw KnownError.of('PONS_ERR_BUILD_BASE_UNUSABLE', { image: base, reason });
  }
  const found = lastLines.map((line) => LEAK.exec(line)?.groups?.['found']).filter((one) => one !== undefined);
  if (title !== null && found.length > 0)
    throw KnownError.of('PONS_ERR_BUILD_SECRET_KEPT', { api, step: title, found });
  if (title !== null) throw KnownError.of('PONS_ERR_BUILD_STEP_FAILED', { api, step: title, lastLines });
  throw KnownError.of('PONS_ERR_BUILD_FAILED', {
    what: `The build of ${api}`,
    outcome: outcome.outcome,
    lastLines: lastLines.length > 0 ? lastLines : outcome.lastLines,
  });
}

/** Builds an image of Pons's own. Fails with `PONS_ERR_BUILD_FAILED`. */
export async function buildOwnImage(request: BuildRequest, options: EngineOptions): Promise<void> {
  const progress = followProgress(options.engine.name, new Map());
  const { ok, outcome, lastLines } = await runBuild(request, progress, options);
  if (ok) return;
  const failure = progress.failure();
  const step = failure.title === null ? '' : ` at ${failure.title}`;
  throw KnownError.of('PONS_ERR_BUILD_FAILED', {
    what: `The build of ${request.image}${step}`,
    outcome,
    lastLines: failure.lastLines.length > 0 ? failure.lastLines : lastLines,
  });
}

async function runBuild(request: BuildRequest, progress: Progress, options: EngineOptions): Promise<ChildOutcome> {
  const say = (line: string): void => {
    const told = progress.read(line);
    if (told !== null) options.say(told);
  };
  return await runEngine({ ...options, say }, buildArguments(options.engine.name, request));
}
