import type { ApiSpec, AutoscalingSpec } from '../../config/spec.ts';
import type { ExportedApi, ExportPlan } from '../exported/plan.ts';
import { metadataOf } from './metadata.ts';
import type { KubernetesSettings, Scaling } from './settings.ts';

/** What the field of a policy holds. */
const LARGEST_INT32 = 2 ** 31 - 1;
/** How often Cortex decided, in seconds: what its factors bound is one decision. */
const TICK_S = 10;
/** What Kubernetes takes at most. */
const LONGEST_STABILIZATION_S = 3600;

/** Whether the number of replicas of an API is KEDA's to decide. */
export function isScaled({ autoscaling }: ApiSpec, { scaling }: KubernetesSettings): boolean {
  return scaling !== null && autoscaling.minReplicas < autoscaling.maxReplicas;
}

/**
 * Scales one API as Cortex did: replicas for all that waits or runs, on average over the window, divided by what one of them shall have. Redis could only
 * tell what waits at one moment, so the figures are those of Prometheus.
 */
export function scaledObject(plan: ExportPlan, { spec, host }: ExportedApi, scaling: Scaling): object {
  const { autoscaling } = spec;
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: metadataOf(plan, host, host),
    spec: {
      scaleTargetRef: { name: host },
      pollingInterval: TICK_S,
      minReplicaCount: autoscaling.minReplicas,
      maxReplicaCount: autoscaling.maxReplicas,
      advanced: { horizontalPodAutoscalerConfig: { behavior: behaviorOf(autoscaling) } },
      triggers: [
        {
          type: 'prometheus',
          metricType: 'AverageValue',
          metadata: {
            serverAddress: scaling.prometheusUrl,
            query: queryOf(spec, scaling.namespace),
            threshold: String(autoscaling.targetReplicaConcurrency),
            // A Prometheus that knows nothing is no reason to run fewer.
            ignoreNullValues: 'false',
          },
        },
      ],
    },
  };
}

function queryOf({ name, autoscaling }: ApiSpec, namespace: string): string {
  const labels = `{api="${name}",namespace="${namespace}"}`;
  // Every process tells the queue of all.
  const inFlight = `max(pons_queue_length${labels}) + max(pons_workloads_in_progress${labels})`;
  return `avg_over_time((${inFlight})[${toSeconds(autoscaling.windowMs)}s:${TICK_S}s])`;
}

function behaviorOf(autoscaling: AutoscalingSpec): object {
  const { upscaleStabilizationMs, downscaleStabilizationMs, maxUpscaleFactor, maxDownscaleFactor } = autoscaling;
  return {
    scaleUp: rulesOf(upscaleStabilizationMs, maxUpscaleFactor - 1),
    scaleDown: rulesOf(downscaleStabilizationMs, 1 - maxDownscaleFactor),
  };
}

function rulesOf(stabilizationMs: number, change: number): object {
  return {
    stabilizationWindowSeconds: Math.min(toSeconds(stabilizationMs), LONGEST_STABILIZATION_S),
    policies: [
      { type: 'Percent', value: Math.min(Math.max(1, Math.round(change * 100)), LARGEST_INT32), periodSeconds: TICK_S },
    ],
  };
}

function toSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
