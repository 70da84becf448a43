import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../../errors/known-error.ts';
import { copyView } from '../staging.ts';
import type { ChildOptions } from './child.ts';
import { findConda, makeCondaEnvironment } from './conda.ts';
import {
  beginInstallation,
  completeInstallation,
  environmentPython,
  type CompleteEnvironment,
} from './environment-folder.ts';
import { findUv, install, makeVenv, withInstalledPinned, type Installer } from './installer.ts';
import type { Interpreter } from './interpreter.ts';
import type { Requirements } from './requirements.ts';

export interface BuildPlan {
  readonly home: string;
  readonly interpreter: Interpreter;
  /** Relative to the working directory, or null. */
  readonly conda: string | null;
  readonly requirements: Requirements | null;
  /** Whether the packages of the interpreter stay visible. */
  readonly onTopOfInterpreter: boolean;
  /** Import name to package name of what Cortex's images carried. */
  readonly preinstalled: ReadonlyMap<string, string>;
  /** Which of these modules an environment still lacks. */
  readonly missingIn: (python: string) => Promise<string[]>;
}

/** Makes a whole environment, or leaves nothing behind. Fails with `PONS_ERR_PROJECT_{VENV,INSTALL}_FAILED` and `_CONDA_MISSING`. */
export async function buildEnvironment(plan: BuildPlan, options: ChildOptions): Promise<CompleteEnvironment> {
  const prefix = await beginInstallation(plan.home);
  try {
    // A package manager that the interpreter's own packages are hidden from would install them once more.
    const uv = plan.onTopOfInterpreter ? null : await findUv(plan.interpreter, options.environment);
    await makeEmpty(plan, prefix, uv, options);
    const installer = await installRequirements(plan, { kind: uv === null ? 'pip' : 'uv', uv, prefix, options });
    const extras = await plan.missingIn(environmentPython(prefix));
    if (extras.length > 0) await installExtras(plan, extras, installer);
    await completeInstallation(plan.home, { prefix, extras });
    return { prefix, extras };
  } catch (error) {
    await rm(prefix, { recursive: true, force: true, maxRetries: 2 });
    throw error;
  }
}

async function makeEmpty(plan: BuildPlan, prefix: string, uv: string | null, options: ChildOptions): Promise<void> {
  const { conda, interpreter, onTopOfInterpreter } = plan;
  if (conda !== null) {
    const tool = await findConda(options.environment, conda);
    options.say(`Installing ${conda} with ${tool}`);
    await makeCondaEnvironment(tool, { path: conda, prefix, interpreter }, options);
    return;
  }
  options.say(`Making a virtual environment of ${interpreter.executable}`);
  await makeVenv(interpreter, prefix, uv, options);
  if (onTopOfInterpreter) await showPackagesOf(interpreter, prefix);
}

/** Unlike `--system-site-packages`, this also shows the packages of an interpreter that is in a virtual environment itself. */
async function showPackagesOf(interpreter: Interpreter, prefix: string): Promise<void> {
  const lib = join(prefix, 'lib');
  const python = (await readdir(lib)).find((name) => name.startsWith('python')) ?? 'python3';
  const dirs = JSON.stringify(interpreter.packageDirs);
  await writeFile(
    join(lib, python, 'site-packages', 'interpreter.pth'),
    `import site; list(map(site.addsitedir, ${dirs}))\n`,
  );
}

/** Gives back what installed them: where uv cannot, pip is the judge, as it was in Cortex. */
async function installRequirements(plan: BuildPlan, installer: Installer): Promise<Installer> {
  const { requirements } = plan;
  if (requirements === null || requirements.isEmpty) return installer;
  const { prefix, options, kind } = installer;
  const { say } = options;
  const cwd = requirements.hasEditable ? await keepSources(options.cwd, prefix) : options.cwd;
  const used = { ...installer, options: { ...options, cwd } };
  say(`Installing ${requirements.path} with ${kind}`);
  const { ok, outcome, lastLines } = await install(used, ['-r', requirements.path]);
  if (ok) return used;
  if (kind === 'uv') {
    say(`uv ${outcome}; trying again with pip`);
    await rm(prefix, { recursive: true, force: true });
    await makeEmpty(plan, prefix, null, options);
    return await installRequirements(plan, { ...installer, kind: 'pip', uv: null });
  }
  throw KnownError.of('PONS_ERR_PROJECT_INSTALL_FAILED', {
    what: requirements.path,
    command: 'pip install',
    outcome,
    lastLines,
  });
}

/** What is installed in place must outlive the snapshot, as the environment does. */
async function keepSources(projectDir: string, prefix: string): Promise<string> {
  const sources = join(prefix, 'project');
  await mkdir(sources);
  await copyView(projectDir, sources);
  return sources;
}

async function installExtras(plan: BuildPlan, extras: readonly string[], installer: Installer): Promise<void> {
  const packages = extras.map((name) => plan.preinstalled.get(name) ?? name);
  const what = packages.join(', ');
  installer.options.say(
    `Installing ${what}, which the project imports, which Cortex's images carried and which is missing here`,
  );
  const { ok, outcome, lastLines } = await withInstalledPinned(installer, async (constraints) =>
    install(installer, ['-c', constraints, ...packages]),
  );
  if (ok) return;
  throw KnownError.of('PONS_ERR_PROJECT_INSTALL_FAILED', {
    what,
    command: `${installer.kind} install`,
    outcome,
    lastLines,
  });
}
