import type { ExportPlan } from '../exported/plan.ts';

export interface KubernetesSettings {
  /** null: wherever it is applied. */
  readonly namespace: string | null;
  /** What KEDA is told, which has to be in the cluster then; null: there are no objects for it. */
  readonly scaling: Scaling | null;
  /** Whether there is an object for the Prometheus operator, which likewise has to be there. */
  readonly isMonitored: boolean;
  /** Of the Prometheus that may read the metrics of every pod. */
  readonly monitoringNamespace: string;
}

export interface Scaling {
  /** Where KEDA asks for the length of queues. */
  readonly prometheusUrl: string;
  /** Of the APIs that are asked for: others may have some of the same names. */
  readonly namespace: string;
}

/** What is referred to and nobody exports: Secrets, and the claim of a volume with the models. */
export interface Referred {
  /** Has the URL of Redis, with its password, under the key `url`. */
  readonly redisSecret: string;
  /** Has the `.env` of the project, under the key `.env`. */
  readonly dotenvSecret: string;
  /** A claim of a volume that has the models where the project has them. */
  readonly modelsClaim: string;
}

/** The names of what is referred to. */
export function referredBy({ label }: ExportPlan): Referred {
  return { redisSecret: `${label}-redis`, dotenvSecret: `${label}-dotenv`, modelsClaim: `${label}-models` };
}
