import { BUCKETS, type Family, type MetricKind, type Series } from './series.ts';

const TYPES: Readonly<Record<MetricKind, string>> = { increment: 'counter', gauge: 'gauge', histogram: 'histogram' };

/** The text format of Prometheus, version 0.0.4. Other than prom-client's it lets the label sets of one metric differ. */
export function renderFamilies(families: Iterable<Family>): string {
  const lines: string[] = [];
  for (const { kind, name, series } of families) {
    lines.push(`# TYPE ${name} ${TYPES[kind]}`);
    for (const [labels, one] of series) {
      if (one.buckets === null) lines.push(`${name}{${labels}} ${one.value}`);
      else lines.push(...histogramLines(name, labels, one, one.buckets));
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

function histogramLines(name: string, labels: string, { value, count }: Series, buckets: readonly number[]): string[] {
  const prefix = labels === '' ? '' : `${labels},`;
  let total = 0;
  const lines = BUCKETS.map((bound, index) => {
    total += buckets[index] ?? 0;
    return `${name}_bucket{${prefix}le="${bound}"} ${total}`;
  });
  return [
    ...lines,
    `${name}_bucket{${prefix}le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${value}`,
    `${name}_count{${labels}} ${count}`,
  ];
}
