import type { Arrival, ArrivingWorkload, Carriage, LeavingWorkload } from '../carriage.ts';
import { argumentsOf, type Bodies, type PlacedBody } from './bodies.ts';
import { FORMAT } from './format.ts';
import { Leaving } from './leaving.ts';
import type { RedisLink } from './link.ts';
import { listIn, textIn } from './replies.ts';
import type { Scripts } from './scripts.ts';
import type { Spool } from './spool.ts';
import { bodyLost } from './under-way.ts';

interface CarriageParts {
  readonly link: RedisLink;
  readonly scripts: Scripts;
  readonly bodies: Bodies;
  readonly spool: Spool;
  /** To be called when something came into a queue. */
  readonly queued: (api: string) => void;
  readonly retentionMs: number;
}

const NO_BODY: PlacedBody = { sizeBytes: 0, inline: Buffer.alloc(0), chunks: '', count: 0 };

/** The way of workloads into a Redis and out of it. */
export class RedisCarriage implements Carriage {
  readonly #parts: CarriageParts;
  readonly #leaving: Leaving;

  constructor(parts: CarriageParts) {
    this.#parts = parts;
    this.#leaving = new Leaving(parts.link, parts.scripts, parts.bodies);
  }

  apis(): Promise<string[]> {
    return this.#leaving.apis();
  }

  workloads(apis: readonly string[]): AsyncIterable<readonly LeavingWorkload[]> {
    return this.#leaving.pages(apis);
  }

  async adopt(arriving: readonly ArrivingWorkload[]): Promise<readonly Arrival[]> {
    const byApi = new Map<string, number[]>();
    arriving.forEach(({ api }, at) => byApi.set(api, [...(byApi.get(api) ?? []), at]));
    const arrivals: Arrival[] = [];
    for (const [api, positions] of byApi) {
      const ofApi = positions.flatMap((at) => arriving[at] ?? []);
      (await this.#adoptInto(api, ofApi)).forEach((arrival, at) => {
        arrivals[positions[at] ?? 0] = arrival;
      });
    }
    return arrivals;
  }

  async #adoptInto(api: string, arriving: readonly ArrivingWorkload[]): Promise<Arrival[]> {
    const { link, scripts, bodies, spool, queued, retentionMs } = this.#parts;
    try {
      const placed: PlacedBody[] = [];
      for (const { id, received } of arriving)
        placed.push(received === null ? NO_BODY : await bodies.placePayload(api, id, received));
      const facts = arriving.flatMap((workload, at) => [...factsOf(workload), ...argumentsOf(placed[at] ?? NO_BODY)]);
      const outcomes = listIn(await scripts.call('adopt', api, FORMAT, String(retentionMs), ...facts)).map(textIn);
      for (const [at, one] of placed.entries()) if (outcomes[at] !== 'stored') await bodies.withdraw(api, one);
      if (outcomes.includes('body_missing')) throw bodyLost(link);
      if (arriving.some(({ status }, at) => status === 'in_queue' && outcomes[at] === 'stored')) queued(api);
      return outcomes as Arrival[];
    } finally {
      for (const { received } of arriving) if (received?.body.kind === 'file') await spool.remove(received.body.path);
    }
  }
}

/** What `lua/adopt.lua` is told of a workload, but for its body. */
function factsOf(workload: ArrivingWorkload): (string | Buffer)[] {
  const { id, status, submittedAt, endedAt, contentType, digest, attempt, supervisorDeaths, deathReasons, error } =
    workload;
  return [
    ...[id, status, String(submittedAt), endedAt === null ? '' : String(endedAt), contentType, Buffer.from(digest)],
    ...[String(attempt), String(supervisorDeaths), deathReasons.length === 0 ? '' : JSON.stringify(deathReasons)],
    error === null ? '' : JSON.stringify(error),
  ];
}
