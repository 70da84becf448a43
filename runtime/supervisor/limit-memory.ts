import type { ApiSpec } from '../config/spec.ts';
import type { Logger } from '../log/logger.ts';
import { openEnforcement, type MemoryEnforcement } from '../predictor/memory/enforcement.ts';
import type { Reaper } from '../processes/reaper.ts';
import type { Opened } from './opened.ts';

/** Makes ready what it takes to hold predictors to `compute.mem`, and says how that is done; null where no API has a limit. */
export async function limitMemory(
  specs: readonly ApiSpec[],
  reaper: Reaper,
  logger: Logger,
  opened: Opened,
): Promise<MemoryEnforcement | null> {
  if (specs.every(({ compute }) => compute.memBytes === null)) return null;
  const memory = await openEnforcement();
  logger[memory.notice.level](memory.notice.text);
  if (memory.dir !== null) reaper.removeGroups(memory.dir);
  opened.add(() => memory.close());
  return memory;
}
