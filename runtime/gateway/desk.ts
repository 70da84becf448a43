import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { WorkloadStore } from '../workloads/store.ts';
import type { Admission } from './admission.ts';
import type { HttpLimits } from './limits.ts';
import type { RouteTable } from './route-table.ts';

/** What the handlers of workloads work with. */
export interface Desk {
  readonly store: WorkloadStore;
  readonly table: RouteTable;
  readonly admission: Admission;
  readonly limits: HttpLimits;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Called when a workload is stored, before its submitter knows. */
  readonly stored: (api: string, id: string) => void;
  /** Called when somebody asks for a workload that is in the queue. */
  readonly missed: (api: string, id: string) => void;
}
