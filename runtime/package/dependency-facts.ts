import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiSpec } from '../config/spec.ts';
import { isKnownError } from '../errors/known-error.ts';
import { presentFile } from '../project/dependencies/dependency-file.ts';
import { resolveInterpreter } from '../project/dependencies/interpreter.ts';
import { mentionedIn } from '../project/dependencies/mentioned.ts';
import { preinstalledFor } from '../project/dependencies/preinstalled.ts';
import type { Preparation } from '../project/dependencies/preparation.ts';
import { foreignImports } from '../project/dependencies/project-imports.ts';
import { readRequirements } from '../project/dependencies/requirements.ts';
import { machineEnvironment } from '../project/environment.ts';
import type { DependencyFacts } from './plan.ts';
import { mayWrite } from './script-needs.ts';

export interface FactsOptions {
  readonly spec: ApiSpec;
  /** A copy of the files that a predictor sees. */
  readonly projectDir: string;
  readonly signal: AbortSignal;
  readonly preparation: Preparation;
}

/** Reads what an API depends on. Fails with `PONS_ERR_PROJECT_DEPENDENCY_FILE_MISSING`. */
export async function readDependencyFacts(options: FactsOptions): Promise<DependencyFacts> {
  const { spec, projectDir } = options;
  const { dependencies, env } = spec.predictor;
  const shell = await presentFile(projectDir, dependencies.shell, 'shell');
  const script = shell === null ? null : await readFile(join(projectDir, shell), 'utf8');
  const conda = mayWrite(script, dependencies.conda.path)
    ? null
    : await presentFile(projectDir, dependencies.conda, 'conda');
  const pip = mayWrite(script, dependencies.pip.path) ? null : await presentFile(projectDir, dependencies.pip, 'pip');
  const isThere = async (path: string): Promise<boolean> =>
    (await stat(join(projectDir, path)).catch(() => null)) !== null;
  const written = pip ?? ((await isThere(dependencies.pip.path)) ? dependencies.pip.path : null);
  const requirements = written === null ? null : await readRequirements(projectDir, written, env);
  return {
    script,
    hasConda: conda !== null || (await isThere(dependencies.conda.path)),
    requirements: requirements === null || requirements.isEmpty ? null : { needs: requirements.needs },
    preinstalled: await importedOfCortex(options),
  };
}

async function importedOfCortex({ spec, projectDir, signal, preparation }: FactsOptions): Promise<Map<string, string>> {
  const carried = preinstalledFor(spec.predictor.type);
  const names = await mentionedIn(projectDir, [...carried.keys()]);
  const imported = names.length === 0 ? [] : await importsOf(names);
  return new Map(imported.map((name) => [name, carried.get(name) ?? name]));

  async function importsOf(mentioned: readonly string[]): Promise<readonly string[]> {
    try {
      const { executable } = await resolveInterpreter(null, signal);
      const { pythonPath } = spec.predictor;
      const environment = machineEnvironment();
      return await foreignImports(mentioned, {
        python: executable,
        projectDir,
        pythonPath,
        environment,
        signal,
        preparation,
      });
    } catch (error) {
      // A machine that only builds images needs no Python: a package too many does no harm.
      if (isKnownError(error) && error.code === 'PONS_ERR_PROJECT_PYTHON_UNUSABLE') return mentioned;
      throw error;
    }
  }
}
