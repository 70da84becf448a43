import { posix } from 'node:path';
import type { ExportedApi, ExportPlan } from '../exported/plan.ts';
import { SERVING_COMMAND, SERVING_CONFIG, SERVING_PORT, type ServingPlan } from '../exported/serving.ts';
import { drainedSeconds, resourcesOf, waitingBeforeStop } from './container.ts';
import { CONTAINER_SECURITY } from './pod-security.ts';
import { servingProbes } from './probes.ts';

/** The volume with its configuration file. */
export const CONFIG = 'serving-config';

/** The TensorFlow Serving beside the predictors of an API; `mounts` are its models. */
export function servingContainer(
  { settings }: ExportPlan,
  { shares }: ExportedApi,
  { image }: ServingPlan,
  mounts: readonly object[],
): object {
  return {
    name: 'tensorflow-serving',
    image,
    command: [...SERVING_COMMAND],
    resources: resourcesOf(shares.serving),
    ports: [{ name: 'serving', containerPort: SERVING_PORT }],
    ...servingProbes('serving'),
    // Both are told to stop at once, and predictors that drain go on asking it: it leaves after them.
    lifecycle: waitingBeforeStop(drainedSeconds(settings)),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: CONFIG, mountPath: posix.dirname(SERVING_CONFIG), readOnly: true },
      ...mounts,
    ],
  };
}
