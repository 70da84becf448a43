import type { ExportPlan } from '../exported/plan.ts';
import { projectSelector } from './metadata.ts';

/** Has the Prometheus operator's Prometheus read the metrics of every pod: what each of them counts is its own. */
export function serviceMonitor({ label }: ExportPlan): object {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: label, labels: projectSelector(label) },
    spec: {
      selector: { matchLabels: projectSelector(label) },
      endpoints: [{ port: 'http', path: '/metrics', interval: '10s' }],
    },
  };
}
