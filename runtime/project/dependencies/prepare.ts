import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiSpec } from '../../config/spec.ts';
import type { Environment } from '../environment.ts';
import { buildEnvironment, type BuildPlan } from './build.ts';
import type { ChildOptions } from './child.ts';
import { dependenciesSh } from './dependencies-sh.ts';
import { presentFile } from './dependency-file.ts';
import { environmentHome, environmentPython, findComplete } from './environment-folder.ts';
import type { Interpreter } from './interpreter.ts';
import type { Preparation } from './preparation.ts';
import { preinstalledFor } from './preinstalled.ts';
import { missingImports } from './project-imports.ts';
import { readRequirements } from './requirements.ts';

export interface PrepareOptions {
  readonly spec: ApiSpec;
  /** The snapshot: `dependencies.sh` and pip run in it. */
  readonly projectDir: string;
  /** The API's, with `.env`. */
  readonly environment: Environment;
  readonly stateDir: string;
  readonly interpreter: Interpreter;
  /** `--python`: what the user named is used as it is, and nothing is installed; null where `interpreter` was found on the PATH. */
  readonly python: string | null;
  readonly runDependenciesSh: boolean;
  /** Gets progress and notices, a line at a time. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** One for all APIs of a deployment. */
  readonly preparation: Preparation;
}

/** The Python that an API runs with. */
export interface PythonEnvironment {
  readonly executable: string;
  /** The absolute folders that it needs to see. */
  readonly prefixes: readonly string[];
  /** The virtual or conda environment that was made for it; null where the interpreter is used as it is. */
  readonly environmentPrefix: string | null;
  /** What `--python` named; null where it named nothing, or where an image has all that is listed. */
  readonly given: string | null;
}

/**
 * Sees to an API's dependencies, in the order `dependencies.sh`, conda, pip, and gives the Python that has them. What is installed already is
 * not installed again; where there is nothing to install, the interpreter itself is used.
 * Fails with `PONS_ERR_PROJECT_DEPENDENCY_FILE_MISSING`, `_DEPENDENCIES_SH_FAILED`, `_CONDA_MISSING`, `_VENV_FAILED`, `_INSTALL_FAILED`, or
 * with the abort of `signal`.
 */
export async function prepareEnvironment(options: PrepareOptions): Promise<PythonEnvironment> {
  const { spec, projectDir, environment, interpreter, python, runDependenciesSh, say, signal, preparation } = options;
  const { dependencies } = spec.predictor;
  const child: ChildOptions = { cwd: projectDir, environment, say, signal, preparation };
  const shell = await presentFile(projectDir, dependencies.shell, 'shell');
  // Before the others are looked for: it may write them.
  if (shell !== null) await dependenciesSh(shell, runDependenciesSh, child);
  const conda = await presentFile(projectDir, dependencies.conda, 'conda');
  const pip = await presentFile(projectDir, dependencies.pip, 'pip');
  const asItIs = {
    executable: interpreter.executable,
    prefixes: prefixesOf(interpreter),
    environmentPrefix: null,
    given: python,
  };
  const requirements = pip === null ? null : await readRequirements(projectDir, pip, environment);
  const preinstalled = preinstalledFor(spec.predictor.type);
  const { pythonPath } = spec.predictor;
  const lackingIn = (executable: string): Promise<ReadonlyMap<string, string>> =>
    missingImports([...preinstalled.keys()], { ...child, python: executable, projectDir, pythonPath });
  const missingIn = async (executable: string): Promise<string[]> => [...(await lackingIn(executable)).keys()];
  if (python !== null) {
    const files = [conda, requirements?.isEmpty === false ? pip : null].filter((file) => file !== null);
    await sayLacking(options, files, await lackingIn(interpreter.executable));
    return asItIs;
  }
  const onTopOfInterpreter = conda === null && (requirements === null || requirements.isEmpty);
  if (onTopOfInterpreter && (await missingIn(interpreter.executable)).length === 0) return asItIs;
  const condaText = conda === null ? null : await readFile(join(projectDir, conda), 'utf8');
  const key = keyOf({ interpreter, onTopOfInterpreter, condaText, fingerprint: requirements?.fingerprint ?? null });
  const home = environmentHome(options.stateDir, key);
  const prefix = await ensureEnvironment(
    { home, interpreter, conda, requirements, onTopOfInterpreter, preinstalled, missingIn },
    child,
  );
  return {
    executable: environmentPython(prefix),
    prefixes: [prefix, ...asItIs.prefixes],
    environmentPrefix: prefix,
    given: null,
  };
}

async function ensureEnvironment(plan: BuildPlan, child: ChildOptions): Promise<string> {
  const complete = await findComplete(plan.home);
  if (complete === null) return (await buildEnvironment(plan, child)).prefix;
  const missing = await plan.missingIn(environmentPython(complete.prefix));
  // What was installed and is still not found will not be found after another installation either.
  if (missing.every((name) => complete.extras.includes(name))) return complete.prefix;
  return (await buildEnvironment(plan, child)).prefix;
}

/** The APIs of a project mostly have the same to say, and it is about none of them in particular. */
async function sayLacking(
  { say, interpreter, preparation }: PrepareOptions,
  files: readonly string[],
  lacking: ReadonlyMap<string, string>,
): Promise<void> {
  const { executable } = interpreter;
  const imports = [...lacking].map(([name, file]) => `${name} (${file})`).join(', ');
  const lines = [
    ...(files.length > 0 ? [`${files.join(' and ')} not installed: ${executable} is used as it is.`] : []),
    ...(imports === '' ? [] : [`The project imports ${imports}, which ${executable} lacks.`]),
  ];
  for (const line of lines) {
    await preparation.once(JSON.stringify(['said', line]), () => {
      say(line);
      return Promise.resolve();
    });
  }
}

interface KeyParts {
  readonly interpreter: Interpreter;
  readonly onTopOfInterpreter: boolean;
  readonly condaText: string | null;
  readonly fingerprint: string | null;
}

function keyOf({ interpreter, onTopOfInterpreter, condaText, fingerprint }: KeyParts): string {
  const parts = [
    interpreter.executable,
    interpreter.version,
    onTopOfInterpreter,
    condaText,
    onTopOfInterpreter ? null : fingerprint,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

function prefixesOf({ prefix, basePrefix }: Interpreter): string[] {
  return [...new Set([prefix, basePrefix])];
}
