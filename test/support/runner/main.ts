import { fileURLToPath } from 'node:url';
import { cleanUpContainers } from '../containers/clean-up.ts';
import { killRunning } from './run-file.ts';
import { runSuite } from './run-suite.ts';
import { FILE_SETTINGS } from './settings.ts';

/** Runs the test files that `patterns` select, all without patterns. Resolves to the exit code. */
export async function main(patterns: readonly string[]): Promise<number> {
  process.once('exit', killRunning);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      killRunning();
      process.exit(1);
    });
  }
  try {
    return await runSuite({
      root: fileURLToPath(new URL('../../', import.meta.url)),
      patterns,
      settings: FILE_SETTINGS,
      strict: process.env['CI'] === 'true',
      write: (text) => process.stdout.write(text),
    });
  } finally {
    await cleanUpContainers();
  }
}
