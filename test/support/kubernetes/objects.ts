import * as assert from 'uvu/assert';
import { parseAllDocuments } from 'yaml';
import type { ExportedFile } from '../../../runtime/package/exported/write.ts';
import { buildManifests } from '../../../runtime/package/kubernetes/manifests.ts';
import type { KubernetesSettings } from '../../../runtime/package/kubernetes/settings.ts';
import { planFull } from '../package/full-project.ts';

/** All that can be exported is. */
export const SETTINGS: KubernetesSettings = {
  namespace: null,
  scaling: { prometheusUrl: 'http://prometheus:9090', namespace: 'team' },
  isMonitored: true,
  monitoringNamespace: 'observed',
};

/** As much of an object as these tests look at. */
export interface Shown {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly replicas?: number;
    readonly strategy: object;
    readonly template: { readonly spec: PodShown };
    readonly selector: object;
    readonly ports: object;
    readonly ingress: readonly object[];
    readonly minReplicaCount: number;
    readonly maxReplicaCount: number;
    readonly advanced: { readonly horizontalPodAutoscalerConfig: { readonly behavior: object } };
    readonly triggers: readonly { readonly metadata: Readonly<Record<string, string>> }[];
  };
}

interface PodShown {
  readonly terminationGracePeriodSeconds: number;
  readonly initContainers?: readonly ContainerShown[];
  readonly containers: readonly ContainerShown[];
  readonly volumes: readonly { readonly name: string }[];
}

interface ContainerShown {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly object[];
  readonly resources: object;
  readonly lifecycle?: object;
  readonly startupProbe?: object;
  readonly readinessProbe?: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

/** The objects of these files. */
export function parsed(files: readonly ExportedFile[]): Shown[] {
  return files.flatMap(({ text }) => parseAllDocuments(text, { version: '1.1' }).map((one) => one.toJS() as Shown));
}

export function found(objects: readonly Shown[], kind: string, name: string): Shown {
  const object = objects.find((one) => one.kind === kind && one.metadata.name === name);
  assert.ok(object, `there is no ${kind} ${name}`);
  return object;
}

/** The container of a Deployment that runs the predictors. */
export function predictorOf({ spec }: Shown): ContainerShown {
  const container = spec.template.spec.containers.find(({ name }) => name === 'predictor');
  assert.ok(container);
  return container;
}

/** The objects of the project that has everything. */
export async function exported(...parameters: Parameters<typeof planFull>): Promise<Shown[]> {
  return parsed(buildManifests(await planFull(...parameters), SETTINGS));
}
