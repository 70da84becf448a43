import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { PoolEvents } from '../pool/execution.ts';

/** Counts what happens in the pool of one API. */
export function measurePool(api: string, metrics: Metrics, logger: Logger): PoolEvents {
  return {
    ran: ({ waitMs, runMs, attempt }) => {
      metrics.attempted(api);
      if (attempt === 1) metrics.waited(api, waitMs);
      metrics.ran(api, runMs);
    },
    restarted: (cause) => {
      metrics.processRestarted(api, cause);
    },
    metric: (metric) => {
      const refusal = metrics.record(api, metric);
      if (refusal !== null) logger.warning(refusal);
    },
  };
}
