import { execa } from 'execa';
import { MAIN, TSX } from './served.ts';

export interface Ran {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a `pons` command to its end. */
export async function pons(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  timeout = 180_000,
): Promise<Ran> {
  const ran = await execa(process.execPath, ['--import', TSX, MAIN, ...args], { reject: false, env, timeout });
  return { code: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr };
}
