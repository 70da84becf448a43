/** What `metrics_client` can send. */
export type MetricKind = 'increment' | 'gauge' | 'histogram';

/** All values of one metric, by the text of their labels. */
export interface Family {
  readonly kind: MetricKind;
  readonly name: string;
  readonly series: Map<string, Series>;
}

export interface Series {
  /** The sum for counters and histograms, the last value for gauges. */
  value: number;
  /** Observations; histograms only. */
  count: number;
  /** Observations up to each bound of `BUCKETS`, not added up; null for other kinds. */
  readonly buckets: number[] | null;
}

/** The user's unit is unknown, so they are wide; up to 10 they are the ones that Prometheus's own tools begin with. */
export const BUCKETS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000,
];

export function newSeries(kind: MetricKind): Series {
  return { value: 0, count: 0, buckets: kind === 'histogram' ? BUCKETS.map(() => 0) : null };
}

export function addTo(series: Series, kind: MetricKind, value: number): void {
  if (kind === 'gauge') {
    series.value = value;
    return;
  }
  series.value += value;
  series.count += 1;
  const bucket = BUCKETS.findIndex((bound) => value <= bound);
  if (series.buckets !== null && bucket !== -1) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
}

/** The names under which a metric is shown. */
export function sampleNames(kind: MetricKind, name: string): string[] {
  return kind === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}
