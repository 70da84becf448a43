import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KnownError } from '../../errors/known-error.ts';
import { installed } from '../../processes/installation.ts';
import type { Environment } from '../environment.ts';
import { runChild } from './child.ts';
import { mentionedIn } from './mentioned.ts';
import type { Preparation } from './preparation.ts';

const IMPORTS_PROGRAM = installed('bridge', 'python', 'predictor_host', 'imports.py');

export interface ImportsOptions {
  /** The interpreter that is asked what it lacks. */
  readonly python: string;
  readonly projectDir: string;
  /** `predictor.python_path`: modules there are the project's own. */
  readonly pythonPath: string | null;
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly preparation: Preparation;
}

/**
 * Those of the modules `names` that the project's files import and that this Python lacks, each with the first file that does. Fails with
 * `PONS_ERR_PROJECT_IMPORTS_UNKNOWN`.
 */
export async function missingImports(
  names: readonly string[],
  options: ImportsOptions,
): Promise<ReadonlyMap<string, string>> {
  const { python, projectDir, pythonPath, preparation } = options;
  // The APIs of a project mostly ask the same.
  const mentioned = await preparation.once(JSON.stringify(['mentioned', projectDir, names]), () =>
    mentionedIn(projectDir, names),
  );
  // To start a Python takes longer than to read a project.
  if (mentioned.length === 0) return new Map();
  const key = JSON.stringify(['imports', python, projectDir, mentioned]);
  const { missing } = await preparation.once(key, () => ask(mentioned, options));
  // Not by PYTHONPATH: a `json.py` there would be imported by the program itself.
  const isOwn = (name: string): boolean => pythonPath !== null && isModuleIn(join(projectDir, pythonPath), name);
  return new Map(Object.entries(missing).filter(([name]) => !isOwn(name)));
}

/** Those of the modules `names` that the project's files import and that are not its own. Fails as `missingImports` does. */
export async function foreignImports(names: readonly string[], options: ImportsOptions): Promise<string[]> {
  const { projectDir, pythonPath } = options;
  const mentioned = await mentionedIn(projectDir, names);
  if (mentioned.length === 0) return [];
  const { imported } = await ask(mentioned, options);
  const folders = [projectDir, join(projectDir, pythonPath ?? '')];
  return imported.filter((name) => !folders.some((folder) => isModuleIn(folder, name)));
}

interface Imports {
  readonly imported: string[];
  /** By name: a file that imports it. */
  readonly missing: Readonly<Record<string, string>>;
}

async function ask(names: readonly string[], options: ImportsOptions): Promise<Imports> {
  const { python, projectDir, environment, signal, preparation } = options;
  let answer = '';
  const { ok, outcome, lastLines } = await runChild(python, [IMPORTS_PROGRAM, projectDir, ...names], {
    cwd: projectDir,
    // Nothing may be written into the snapshot.
    environment: { ...environment, PYTHONDONTWRITEBYTECODE: '1' },
    say: (line) => {
      if (line.startsWith('{')) answer = line;
    },
    signal,
    preparation,
  });
  if (!ok || answer === '') throw KnownError.of('PONS_ERR_PROJECT_IMPORTS_UNKNOWN', { python, outcome, lastLines });
  return JSON.parse(answer) as Imports;
}

function isModuleIn(folder: string, name: string): boolean {
  return existsSync(join(folder, name)) || existsSync(join(folder, `${name}.py`));
}
