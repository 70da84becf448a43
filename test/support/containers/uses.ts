import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** That a run of tests uses an engine. */
export interface EngineUse {
  readonly host: string;
  /** Whether it was started for tests, and is to be ended when the last run that uses it is over. */
  readonly started: boolean;
}

/** One folder for all runs on this machine, since they may share an engine. */
const FOLDER = join(tmpdir(), `pons-test-engines-${process.getuid?.() ?? 0}`);

/** The file that only one process at a time has. */
export function lockOf(name: string): string {
  mkdirSync(FOLDER, { recursive: true });
  return join(FOLDER, `${name}.lock`);
}

/** Remembers what the run of the process `runner` uses. */
export function noteUse(runner: number, use: EngineUse): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(fileOf(runner), JSON.stringify(use));
}

export function forgetUse(runner: number): void {
  rmSync(fileOf(runner), { force: true });
}

/** What runs use now, or have used when they were killed. */
export function inUse(): (EngineUse & { readonly runner: number })[] {
  mkdirSync(FOLDER, { recursive: true });
  return readdirSync(FOLDER).flatMap((name) => {
    const runner = /^(\d+)\.json$/.exec(name)?.[1];
    if (runner === undefined) return [];
    return [{ ...(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as EngineUse), runner: Number(runner) }];
  });
}

function fileOf(runner: number): string {
  return join(FOLDER, `${runner}.json`);
}
