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
