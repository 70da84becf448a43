import { posix } from 'node:path';
import { servedOf, type ExportedApi, type ExportPlan } from '../exported/plan.ts';
import { SERVING_PORT } from '../exported/serving.ts';
import { API_PORT, PROJECT_DIR } from '../image-promises.ts';
import { ponsContainer, resourcesOf } from './container.ts';
import { configuredBy, metadataOf } from './metadata.ts';
import { modelParts, servingConfigName } from './models.ts';
import { READABLE_BY_GROUP } from './pod-security.ts';
import { probesOf } from './probes.ts';
import { referredBy } from './referred.ts';
import { isScaled } from './scaled-object.ts';
import type { KubernetesSettings } from './settings.ts';
import { deployment, disruptionBudget, service } from './workload.ts';

/** What runs the predictors of one API, and what the others reach it by. */
export function apiObjects(plan: ExportPlan, api: ExportedApi, settings: KubernetesSettings): readonly object[] {
  const { spec, host, image, serving, shares } = api;
  const models = modelParts(plan, api);
  const shm = sharedMemory(spec.predictor.shmSizeBytes);
  const dotenv = dotenvParts(plan);
  const container = ponsContainer(plan, {
    name: 'predictor',
    image,
    port: API_PORT,
    served: [servedOf(plan.project), '--api', spec.name],
    resources: resourcesOf(shares.predictor),
    environment: serving === null ? [] : [{ name: 'PONS_TENSORFLOW_SERVING', value: `127.0.0.1:${SERVING_PORT}` }],
    probes: probesOf('/readyz?here'),
    mounts: [...dotenv.mounts, ...shm.mounts, ...models.mounts],
  });
  const { minReplicas } = spec.autoscaling;
  return [
    deployment(plan, {
      name: host,
      replicas: isScaled(spec, settings) ? undefined : minReplicas,
      strategy: spec.updateStrategy,
      ...(serving !== null && { annotations: configuredBy(serving.config) }),
      initContainers: models.serving?.initContainers ?? [],
      containers: [container, ...(models.serving === null ? [] : [models.serving.container])],
      volumes: [...dotenv.volumes, ...shm.volumes, ...models.volumes],
    }),
    service(plan, host, API_PORT),
    disruptionBudget(plan, host),
    ...(serving === null ? [] : [servingConfig(plan, api, serving.config)]),
  ];
}

interface Parts {
  readonly mounts: readonly object[];
  readonly volumes: readonly object[];
}

const NOTHING: Parts = { mounts: [], volumes: [] };

function dotenvParts(plan: ExportPlan): Parts {
  if (plan.project.dotenv === null) return NOTHING;
  const secret = { secretName: referredBy(plan).dotenvSecret, defaultMode: READABLE_BY_GROUP, optional: false };
  return {
    mounts: [{ name: 'dotenv', mountPath: posix.join(PROJECT_DIR, '.env'), subPath: '.env', readOnly: true }],
    volumes: [{ name: 'dotenv', secret }],
  };
}

function sharedMemory(bytes: number | null): Parts {
  if (bytes === null) return NOTHING;
  return {
    mounts: [{ name: 'shm', mountPath: '/dev/shm' }],
    volumes: [{ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: String(bytes) } }],
  };
}

function servingConfig(plan: ExportPlan, api: ExportedApi, text: string): object {
  const metadata = metadataOf(plan, servingConfigName(api), api.host);
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'models.config': text } };
}
