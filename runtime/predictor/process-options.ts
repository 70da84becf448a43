import type { ConnectionHandlers } from '../../bridge/node/connection.ts';
import type { MetricParams } from '../../bridge/node/methods.ts';
import type { Logger } from '../log/logger.ts';
import type { HostCommand } from './host-program.ts';
import type { HostSettings } from './initialize.ts';
import type { MemoryShare } from './memory/share.ts';
import type { Surroundings } from './memory/surroundings.ts';
import type { Reaper } from '../processes/reaper.ts';
import type { ProcessState } from './states.ts';
import type { View } from './view.ts';

/** Everything that one predictor process is started with. */
export interface ProcessOptions extends HostCommand {
  readonly settings: HostSettings;
  readonly view: View;
  readonly runDir: string;
  /** The interpreter of `--python`, into which nothing was installed; null where there is none. */
  readonly givenPython: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** What its replica may use; null where it may use what the machine has. */
  readonly memory: MemoryShare | null;
  /** Shared by all processes. */
  readonly surroundings: Surroundings;
  readonly startTimeoutMs: number;
  readonly logger: Logger;
  readonly reaper: Reaper;
  /** Answers what user code asks for by way of its clients. */
  readonly requested: ConnectionHandlers['requested'];
  readonly onMetric: (metric: MetricParams) => void;
  readonly onState: (state: ProcessState) => void;
}
