import type { Share } from '../exported/compute.ts';
import { STOP_MARGIN_MS, commandOf, type ExportPlan, type ExportSettings } from '../exported/plan.ts';
import { STATE_DIR } from '../image-promises.ts';
import { CONTAINER_SECURITY } from './pod-security.ts';
import { referredBy } from './referred.ts';

/** How long a pod that is stopped still answers, in seconds: so long others may not know yet that it is. */
const LEAVING_S = 5;
const STOP_MARGIN_S = STOP_MARGIN_MS / 1000;

/** What a container that runs Pons has of its own. */
interface PonsContainer {
  readonly name: string;
  readonly image: string;
  readonly port: number;
  /** The folder or file that is served, and the options that say what of it. */
  readonly served: readonly [path: string, ...what: string[]];
  readonly environment: readonly object[];
  readonly resources: object;
  readonly probes: object;
  readonly mounts: readonly object[];
}

/** A container that runs Pons on the Redis of the project. */
export function ponsContainer(plan: ExportPlan, container: PonsContainer): object {
  const { name, image, port, served, environment, resources, probes, mounts } = container;
  const [path, ...what] = served;
  const { redisSecret } = referredBy(plan);
  return {
    name,
    image,
    args: commandOf(plan.settings, path, what),
    ports: [{ name: 'http', containerPort: port }],
    env: [{ name: 'PONS_REDIS_URL', valueFrom: { secretKeyRef: { name: redisSecret, key: 'url' } } }, ...environment],
    resources,
    ...probes,
    lifecycle: waitingBeforeStop(LEAVING_S),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, { name: 'state', mountPath: STATE_DIR }, ...mounts],
  };
}

/** What each of them has room for. */
export const SCRATCH_VOLUMES: readonly object[] = [
  { name: 'tmp', emptyDir: {} },
  { name: 'state', emptyDir: {} },
];

/** How long a pod has from being told to stop to being killed. */
export function graceSeconds(settings: ExportSettings): number {
  return drainedSeconds(settings) + STOP_MARGIN_S;
}

/** How long it may take until the predictors of a pod that is stopped run nothing any more. */
export function drainedSeconds({ drainMs }: ExportSettings): number {
  return LEAVING_S + Math.ceil(drainMs / 1000);
}

/** Has a container told to stop so much later. */
export function waitingBeforeStop(seconds: number): object {
  return { preStop: { exec: { command: ['sleep', String(seconds)] } } };
}

/** A processor is a request, as in Cortex; memory and devices are limits too. */
export function resourcesOf({ cpuMillis, memory, gpu }: Share): object {
  const limits = {
    ...(memory !== null && { memory: String(memory.limitBytes) }),
    ...(gpu > 0 && { 'nvidia.com/gpu': String(gpu) }),
  };
  return {
    requests: { cpu: `${cpuMillis}m`, ...(memory !== null && { memory: String(memory.requestBytes) }) },
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}
