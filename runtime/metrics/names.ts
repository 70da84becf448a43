import type { MetricKind } from './series.ts';

const NAME_LIMIT = 200;
const VALUE_LIMIT = 200;
const TAGS_LIMIT = 32;

/** A name as Prometheus allows it: `my.metric-1` becomes `my_metric_1`; null where nothing is left. */
export function toMetricName(name: string): string | null {
  const clean = name.slice(0, NAME_LIMIT).replace(/[^A-Za-z0-9_:]/g, '_');
  if (clean === '') return null;
  return /^[0-9]/.test(clean) ? `_${clean}` : clean;
}

/** Whether a name could be one of Pons's own. */
export function isReservedName(name: string): boolean {
  return name.startsWith('pons_');
}

/** The API and its tags as the text between the braces of a sample, in one order for all: `api="iris",model="v2"`. */
export function toLabels(kind: MetricKind, api: string, tags: Readonly<Record<string, string>>): string {
  const labels = new Map([['api', api]]);
  for (const [name, value] of Object.entries(tags).slice(0, TAGS_LIMIT)) labels.set(toLabelName(kind, name), value);
  return [...labels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${escape(value.slice(0, VALUE_LIMIT))}"`)
    .join(',');
}

function toLabelName(kind: MetricKind, name: string): string {
  const clean = name.slice(0, NAME_LIMIT).replace(/[^A-Za-z0-9_]/g, '_') || '_';
  // Two leading underscores are Prometheus's own, and so is a histogram's "le"; "api" is ours.
  const free = clean.replace(/^_{2,}/, '_');
  if (free === 'api' || (kind === 'histogram' && free === 'le')) return `exported_${free}`;
  return /^[0-9]/.test(free) ? `_${free}` : free;
}

function escape(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
