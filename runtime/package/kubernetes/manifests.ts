import { EXPORT_MARK } from '../../project/export-mark.ts';
import type { ExportPlan } from '../exported/plan.ts';
import type { ExportKind } from '../exported/kind.ts';
import type { ExportedFile } from '../exported/write.ts';
import { yamlText } from '../exported/yaml-text.ts';
import { apiObjects } from './api-objects.ts';
import { GATEWAY_FILE, KUSTOMIZATION, projectIn, resourcesIn } from './earlier-folder.ts';
import { gatewayObjects } from './gateway-objects.ts';
import { networkPolicies } from './network-policy.ts';
import { isScaled, scaledObject } from './scaled-object.ts';
import { serviceMonitor } from './service-monitor.ts';
import type { KubernetesSettings } from './settings.ts';

export const KUBERNETES_EXPORT: ExportKind = {
  name: 'kubernetes',
  files: /^(?:kustomization|gateway|api-[^/]+|network-policies|scaled-objects|service-monitor)\.yaml$/,
  index: KUSTOMIZATION,
  listedIn: resourcesIn,
  labelIn: projectIn,
};

/** A plan as a folder for `kubectl apply -k`: the objects of the gateway and of each API in a file, and one for each kind that is about all. Pure. */
export function buildManifests(plan: ExportPlan, settings: KubernetesSettings): readonly ExportedFile[] {
  const { scaling } = settings;
  const scaled =
    scaling === null
      ? []
      : plan.apis.filter(({ spec }) => isScaled(spec, settings)).map((api) => scaledObject(plan, api, scaling));
  const resources: ExportedFile[] = [
    file(GATEWAY_FILE, gatewayObjects(plan)),
    ...plan.apis.map((api) => file(`${api.host}.yaml`, apiObjects(plan, api, settings))),
    file('network-policies.yaml', networkPolicies(plan, settings)),
  ];
  if (scaled.length > 0) {
    resources.push(file('scaled-objects.yaml', scaled));
  }
  if (settings.isMonitored) resources.push(file('service-monitor.yaml', [serviceMonitor(plan)]));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    ...(settings.namespace !== null && { namespace: settings.namespace }),
    resources: resources.map(({ path }) => path),
  };
  return [file(KUSTOMIZATION, [kustomization]), ...resources];
}

function file(path: string, objects: readonly object[]): ExportedFile {
  const comment = [
    `${EXPORT_MARK} kubernetes, which writes it anew: put what you change into an overlay of kustomize.`,
  ];
  return { path, text: yamlText(comment, objects) };
}
