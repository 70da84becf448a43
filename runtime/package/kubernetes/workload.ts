import type { Portion } from '../../config/spec.ts';
import { LOADING_MS, type ExportPlan } from '../exported/plan.ts';
import { graceSeconds, SCRATCH_VOLUMES } from './container.ts';
import { metadataOf, selectorOf } from './metadata.ts';
import { POD_SECURITY } from './pod-security.ts';

interface DeploymentParts {
  readonly name: string;
  /** Undefined where KEDA decides: each time that it is applied, a number would undo what was decided. */
  readonly replicas: number | undefined;
  readonly strategy: { readonly maxSurge: Portion; readonly maxUnavailable: Portion };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly initContainers?: readonly object[];
  readonly containers: readonly object[];
  readonly volumes: readonly object[];
}

/** A Deployment whose pods run as nobody in particular and are told nothing of the cluster. */
export function deployment(plan: ExportPlan, parts: DeploymentParts): object {
  const { name, replicas, strategy, annotations, initContainers, containers, volumes } = parts;
  const labels = selectorOf(plan, name);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(plan, name, name),
    spec: {
      replicas,
      progressDeadlineSeconds: (LOADING_MS * 1.5) / 1000,
      selector: { matchLabels: labels },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: portion(strategy.maxSurge), maxUnavailable: portion(strategy.maxUnavailable) },
      },
      template: {
        metadata: { labels, ...(annotations !== undefined && { annotations }) },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: graceSeconds(plan.settings),
          securityContext: POD_SECURITY,
          ...(initContainers !== undefined && initContainers.length > 0 && { initContainers }),
          containers,
          volumes: [...SCRATCH_VOLUMES, ...volumes],
        },
      },
    },
  };
}

/** What its pods are reached by. */
export function service(plan: ExportPlan, name: string, port: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(plan, name, name),
    spec: { selector: selectorOf(plan, name), ports: [{ name: 'http', port, targetPort: 'http' }] },
  };
}

/** Nodes are emptied one pod after the other. One is never kept from it: what a pod runs is given back or finished. */
export function disruptionBudget(plan: ExportPlan, name: string): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadataOf(plan, name, name),
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(plan, name) } },
  };
}

function portion(value: Portion): number | string {
  return value.kind === 'count' ? value.count : `${value.percent}%`;
}
