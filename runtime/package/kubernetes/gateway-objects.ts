import type { ExportPlan } from '../exported/plan.ts';
import { gatewayConfig } from '../exported/gateway-config.ts';
import { yamlText } from '../exported/yaml-text.ts';
import { GATEWAY_PORT, PROJECT_DIR } from '../image-promises.ts';
import { ponsContainer, resourcesOf } from './container.ts';
import { configuredBy, metadataOf } from './metadata.ts';
import { probesOf } from './probes.ts';
import { deployment, disruptionBudget, service } from './workload.ts';

export const GATEWAY = 'gateway';
const CONFIG_MAP = 'gateway-config';
const REPLICAS = 2;
const MIB = 1024 ** 2;
/** What it has without bodies, with a margin; and beyond that a body of the largest size that is permitted (100 MiB), seven times at once. */
const MEMORY = { requestBytes: 256 * MIB, limitBytes: 1024 * MIB };
const SHARE = { cpuMillis: 200, memory: MEMORY, gpu: 0 };
/** One after the other, with no moment in which there are fewer. */
const STRATEGY = { maxSurge: { kind: 'count', count: 1 }, maxUnavailable: { kind: 'count', count: 0 } } as const;

/** What takes the requests, which needs nothing of a project but its configuration. */
export function gatewayObjects(plan: ExportPlan): readonly object[] {
  const configText = yamlText([], [gatewayConfig(plan.project.specs)]);
  const container = ponsContainer(plan, {
    name: GATEWAY,
    image: plan.settings.gatewayImage,
    port: GATEWAY_PORT,
    served: [PROJECT_DIR, '--role', 'gateway'],
    environment: [],
    resources: resourcesOf(SHARE),
    // It takes submissions also for an API that nobody serves yet, and answers 503 where it cannot.
    probes: probesOf('/healthz'),
    // The whole folder: it needs no more of a project, and a change of the one file would not be seen.
    mounts: [{ name: 'config', mountPath: PROJECT_DIR, readOnly: true }],
  });
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadataOf(plan, CONFIG_MAP, GATEWAY),
      data: { 'cortex.yaml': configText },
    },
    deployment(plan, {
      name: GATEWAY,
      replicas: REPLICAS,
      strategy: STRATEGY,
      containers: [container],
      annotations: configuredBy(configText),
      volumes: [{ name: 'config', configMap: { name: CONFIG_MAP } }],
    }),
    service(plan, GATEWAY, GATEWAY_PORT),
    disruptionBudget(plan, GATEWAY),
  ];
}
