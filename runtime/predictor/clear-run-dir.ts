import type { Logger } from '../log/logger.ts';
import { removeRunDir } from './isolation.ts';

/** Removes the run folder of a process that has ended; that it cannot be removed is said, and is no error. */
export async function clearRunDir(runDir: string, logger: Logger): Promise<void> {
  try {
    await removeRunDir(runDir);
  } catch (error) {
    logger.warning(`${runDir} could not be removed: ${String(error)}`);
  }
}
