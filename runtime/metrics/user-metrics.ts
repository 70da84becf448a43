import { isReservedName, toLabels, toMetricName } from './names.ts';
import { addTo, type Family, type MetricKind, newSeries, sampleNames } from './series.ts';

/** One call of `metrics_client`. */
export interface UserMetric {
  readonly kind: MetricKind;
  readonly name: string;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>> | null;
}

export type RefusalReason = 'name' | 'value' | 'kind' | 'series';

export interface Refusal {
  readonly reason: RefusalReason;
  /** null when it was said before. */
  readonly sentence: string | null;
}

/** Tags with unbounded values (ids, times) would fill the memory of Pons and of Prometheus. */
const SERIES_PER_API = 2_000;
/** Names are sent by user code, so what was said about them is bounded too. */
const SAID_LIMIT = 1_000;

/** The metrics that predictors send with `metrics_client`. */
export class UserMetrics {
  readonly #families = new Map<string, Family>();
  /** Every sample name that is shown, with the family that shows it. */
  readonly #owners = new Map<string, string>();
  readonly #seriesOfApi = new Map<string, number>();
  readonly #said = new Set<string>();

  /** Takes one value, or tells why not; never throws. */
  record(api: string, metric: UserMetric): Refusal | null {
    const { kind, value } = metric;
    const name = toMetricName(metric.name);
    if (name === null || isReservedName(name)) {
      return this.#refuse('name', api, metric, 'a name needs at least one character and must not begin with pons_');
    }
    if (!Number.isFinite(value) || (kind === 'increment' && value < 0)) {
      return this.#refuse(
        'value',
        api,
        metric,
        `${value} is no ${kind === 'increment' ? 'finite number from 0 on' : 'finite number'}`,
      );
    }
    const known = this.#families.get(name);
    if (known === undefined ? this.#isTaken(kind, name) : known.kind !== kind) {
      const other = known?.kind ?? 'histogram';
      return this.#refuse('kind', api, metric, `the name is already in use for a metric of another kind (${other})`);
    }

    const labels = toLabels(kind, api, metric.tags ?? {});
    const series = known?.series.get(labels);
    if (series !== undefined) {
      addTo(series, kind, value);
      return null;
    }
    const count = this.#seriesOfApi.get(api) ?? 0;
    if (count >= SERIES_PER_API) {
      return this.#refuse(
        'series',
        api,
        metric,
        `the API already has ${SERIES_PER_API} combinations of names and tags`,
      );
    }
    this.#seriesOfApi.set(api, count + 1);
    const added = newSeries(kind);
    addTo(added, kind, value);
    (known ?? this.#addFamily(kind, name)).series.set(labels, added);
    return null;
  }

  families(): Iterable<Family> {
    return this.#families.values();
  }

  #isTaken(kind: MetricKind, name: string): boolean {
    return sampleNames(kind, name).some((sample) => this.#owners.has(sample));
  }

  #addFamily(kind: MetricKind, name: string): Family {
    const family: Family = { kind, name, series: new Map() };
    this.#families.set(name, family);
    for (const sample of sampleNames(kind, name)) this.#owners.set(sample, name);
    return family;
  }

  #refuse(reason: RefusalReason, api: string, { kind, name }: UserMetric, why: string): Refusal {
    const about = reason === 'series' ? '' : name.slice(0, 200);
    const key = JSON.stringify([reason, api, about]);
    if (this.#said.has(key) || this.#said.size >= SAID_LIMIT) return { reason, sentence: null };
    this.#said.add(key);
    return { reason, sentence: `metrics_client.${kind}("${name.slice(0, 200)}") was not taken: ${why}` };
  }
}
