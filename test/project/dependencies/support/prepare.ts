import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { Preparation } from '../../../../runtime/project/dependencies/preparation.ts';
import { resolveInterpreter } from '../../../../runtime/project/dependencies/interpreter.ts';
import {
  prepareEnvironment,
  type PrepareOptions,
  type PythonEnvironment,
} from '../../../../runtime/project/dependencies/prepare.ts';
import { machineEnvironment } from '../../../../runtime/project/environment.ts';
import { deadline } from '../../../support/deadline.ts';
import { defaultPython } from '../../../support/pythons.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';
import { makeSpec } from '../../support/spec.ts';
import { Reaper } from '../../../../runtime/processes/reaper.ts';

export interface Prepared extends PythonEnvironment {
  /** What was said, a line each. */
  readonly said: readonly string[];
}

/** It installs packages, beside other tests that do. */
const PREPARED_MS = 180_000;

export type PrepareParts = Partial<PrepareOptions> & { readonly projectDir: string };

/** The machine's environment, with `uv` hidden: tests that want it put it on the PATH themselves. */
export const withoutUv = {
  ...machineEnvironment(),
  PATH: (process.env['PATH'] ?? '')
    .split(':')
    .filter((folder) => !hasUv(folder))
    .join(':'),
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
};

/** Prepares a project folder with a state folder of its own, pip and the default Python unless a test says otherwise. */
export async function prepare(parts: PrepareParts): Promise<Prepared> {
  const said: string[] = [];
  const options: PrepareOptions = {
    spec: makeSpec(),
    environment: withoutUv,
    stateDir: makeTempDir(),
    interpreter: await resolveInterpreter(defaultPython.executable),
    python: null,
    runDependenciesSh: false,
    say: (line) => said.push(line),
    signal: new AbortController().signal,
    preparation: await Preparation.begin(new Reaper()),
    ...parts,
  };
  return { ...(await deadline(PREPARED_MS, prepareEnvironment(options), 'preparing')), said };
}

/** Runs Python code in what was prepared and gives its output. */
export function runPython(executable: string, code: string, cwd = '/'): string {
  return execFileSync(executable, ['-c', code], { encoding: 'utf8', cwd, env: withoutUv }).trim();
}

/** An executable of the test's own. */
export function writeScript(path: string, script: string): string {
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

function hasUv(folder: string): boolean {
  try {
    return readdirSync(folder).includes('uv');
  } catch {
    return false;
  }
}
