import { posix } from 'node:path';
import type { ExportedApi, ExportPlan } from '../exported/plan.ts';
import { PROJECT_DIR } from '../image-promises.ts';
import { COPIED, copied, copying } from './copied-models.ts';
import { referredBy } from './referred.ts';
import { CONFIG, servingContainer } from './serving-container.ts';

const CLAIMED = 'models';

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

function claimed(path: string, mountPath: string): object {
  return { name: CLAIMED, mountPath, subPath: path, readOnly: true };
}
