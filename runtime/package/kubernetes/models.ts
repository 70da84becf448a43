import { posix } from 'node:path';
import { shellWord } from '../../processes/shell-word.ts';
import type { ExportedApi, ExportPlan } from '../exported/plan.ts';
import {
  SERVING_COMMAND,
  SERVING_CONFIG,
  SERVING_PORT,
  type ServedModel,
  type ServingPlan,
} from '../exported/serving.ts';
import { PROJECT_DIR } from '../image-promises.ts';
import { drainedSeconds, resourcesOf, waitingBeforeStop } from './container.ts';
import { CONTAINER_SECURITY } from './pod-security.ts';
import { servingProbes } from './probes.ts';
import { referredBy } from './settings.ts';

const CLAIMED = 'models';
const COPIED = 'copied-models';
const CONFIG = 'serving-config';

/** What a pod has for the models of its API. */
export interface ModelParts {
  /** Where its predictors see them, if their image does not hold them. */
  readonly mounts: readonly object[];
  readonly volumes: readonly object[];
  /** The TensorFlow Serving beside the predictors, and what lays models ready for it. */
  readonly serving: { readonly initContainers: readonly object[]; readonly container: object } | null;
}

/** The models of a project that no image holds are on a volume that somebody else fills, where the project has them. */
export function modelParts(plan: ExportPlan, api: ExportedApi): ModelParts {
  const { serving, mountedModels } = api;
  const mounts = mountedModels.map(({ path }) => claimed(path, posix.join(PROJECT_DIR, path)));
  const local = serving?.models.filter(({ isLocal }) => isLocal) ?? [];
  const isClaimed = mountedModels.length > 0;
  const isCopied = !isClaimed && local.length > 0;
  const claim = { claimName: referredBy(plan).modelsClaim, readOnly: true };
  const volumes = [
    ...(isClaimed ? [{ name: CLAIMED, persistentVolumeClaim: claim }] : []),
    ...(isCopied ? [{ name: COPIED, emptyDir: {} }] : []),
    ...(serving === null ? [] : [{ name: CONFIG, configMap: { name: servingConfigName(api) } }]),
  ];
  if (serving === null) return { mounts, volumes, serving: null };
  const served = local.map((model) => (isClaimed ? claimed(model.location, model.mountPath) : copied(model)));
  const initContainers = isCopied ? [copying(api, local)] : [];
  return { mounts, volumes, serving: { initContainers, container: servingContainer(plan, api, serving, served) } };
}

/** What tells TensorFlow Serving of its models. */
export function servingConfigName({ host }: ExportedApi): string {
  return `${host}-tensorflow-serving`;
}

function servingContainer(
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

/** Copies models out of the API's image, since the server's has no part in that. */
function copying(api: ExportedApi, models: readonly ServedModel[]): object {
  const script = models.map(
    ({ location, mountPath }) =>
      `mkdir -p ${shellWord(`/copied${mountPath}`)} && cp -R ${shellWord(`${posix.join(PROJECT_DIR, location)}/.`)} ${shellWord(`/copied${mountPath}`)}`,
  );
  return {
    name: 'copy-models',
    image: api.image,
    command: ['sh', '-ec', script.join('\n')],
    resources: resourcesOf({ cpuMillis: 100, memory: null, gpu: 0 }),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [{ name: COPIED, mountPath: '/copied' }],
  };
}

function claimed(path: string, mountPath: string): object {
  return { name: CLAIMED, mountPath, subPath: path, readOnly: true };
}

function copied({ mountPath }: ServedModel): object {
  return { name: COPIED, mountPath, subPath: mountPath.slice(1), readOnly: true };
}
