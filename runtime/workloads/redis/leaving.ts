import type { ErrorView } from '../../errors/render.ts';
import type { LeavingWorkload } from '../carriage.ts';
import type { EndStatus } from '../states.ts';
import type { Bodies } from './bodies.ts';
import type { Reply } from './client.ts';
import type { RedisLink } from './link.ts';
import { bytesIn, listIn, numberIn, textIn } from './replies.ts';
import { prefixOf, type Scripts } from './scripts.ts';

/** Ids that are looked at in one call: Redis does nothing else meanwhile. */
const PAGE_COUNT = 500;
/** Bodies of one page, few enough for a slow link. */
const PAGE_BYTES = 512 * 1024;
const SCAN_COUNT = 1000;
const KEY = /^pons:\{([^}]*)\}:(?:meta$|w:)/;

interface Placed {
  readonly id: string;
  readonly seq: number;
}

/** Reads workloads that are to go to another store. */
export class Leaving {
  readonly #link: RedisLink;
  readonly #scripts: Scripts;
  readonly #bodies: Bodies;

  constructor(link: RedisLink, scripts: Scripts, bodies: Bodies) {
    this.#link = link;
    this.#scripts = scripts;
    this.#bodies = bodies;
  }

  async apis(): Promise<string[]> {
    const names = new Set<string>();
    for await (const keys of this.#keys('pons:{*}:meta')) for (const key of keys) names.add(KEY.exec(key)?.[1] ?? '');
    return [...names].filter((name) => name !== '').sort();
  }

  async *pages(apis: readonly string[]): AsyncGenerator<readonly LeavingWorkload[]> {
    for (const api of apis) {
      for await (const ids of this.#liveIds(api)) yield* this.#read(api, ids, 'live');
    }
    for await (const keys of this.#keys('pons:{*}:w:*')) {
      for (const api of apis) {
        const prefix = `${prefixOf(api)}w:`;
        const ids = keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
        yield* this.#read(api, ids, 'ended');
      }
    }
  }

  /** The ids of what waits, in the order of the queue; what somebody holds at the place that it would have there. */
  async *#liveIds(api: string): AsyncGenerator<readonly string[]> {
    const held = await this.#held(api);
    const queue = `${prefixOf(api)}queue`;
    for (let at = 0; ; at += PAGE_COUNT) {
      const flat = listIn(await this.#link.run('ZRANGE', queue, String(at), String(at + PAGE_COUNT - 1), 'WITHSCORES'));
      const waiting = flat.flatMap((id, position) =>
        position % 2 === 0 ? [{ id: textIn(id), seq: numberIn(flat[position + 1]) }] : [],
      );
      const last = waiting.at(-1)?.seq ?? Infinity;
      const before = held.findIndex(({ seq }) => seq > last);
      const between = held.splice(0, before === -1 ? held.length : before);
      yield [...waiting, ...between].sort(bySeq).map(({ id }) => id);
      if (waiting.length === 0) return;
    }
  }

  async #held(api: string): Promise<Placed[]> {
    const placed: Placed[] = [];
    for (const id of listIn(await this.#link.run('ZRANGE', `${prefixOf(api)}leases`, '0', '-1')).map(textIn)) {
      const seq = await this.#link.run('HGET', `${prefixOf(api)}w:${id}`, 'seq');
      if (seq !== null) placed.push({ id, seq: numberIn(seq) });
    }
    return placed.sort(bySeq);
  }

  async *#read(api: string, ids: readonly string[], which: 'live' | 'ended'): AsyncGenerator<LeavingWorkload[]> {
    for (let at = 0; at < ids.length;) {
      const asked = ids.slice(at, at + PAGE_COUNT);
      const rows = listIn(await this.#scripts.call('leaving', api, which, String(PAGE_BYTES), ...asked)).map(listIn);
      at += rows.length;
      yield rows.filter((row) => row.length > 1).map((row) => this.#leavingIn(api, row));
    }
  }

  /** A workload as `lua/leaving.lua` returns it. */
  #leavingIn(api: string, row: readonly Reply[]): LeavingWorkload {
    const [id, state, submitted, ended, type, digest, attempt, deaths, reasons, error, size, body, chunks] = row;
    const status = textIn(state);
    const isHeld = status === 'in_progress';
    const hasBody = isHeld || status === 'in_queue' || status === 'completed';
    return {
      api,
      id: textIn(id),
      status: isHeld ? 'in_queue' : (status as 'in_queue' | EndStatus),
      submittedAt: numberIn(submitted),
      endedAt: textIn(ended) === '' ? null : numberIn(ended),
      contentType: textIn(type),
      digest: bytesIn(digest),
      attempt: numberIn(attempt) - (isHeld ? 1 : 0),
      deathReasons: textIn(reasons) === '' ? [] : (JSON.parse(textIn(reasons)) as string[]),
      supervisorDeaths: numberIn(deaths) + (isHeld ? 1 : 0),
      error: textIn(error) === '' ? null : (JSON.parse(textIn(error)) as ErrorView),
      body: hasBody ? this.#bodies.shown(numberIn(size), bytesIn(body), textIn(chunks)) : null,
    };
  }

  /** The keys of a pattern, in pages; one may come twice. */
  async *#keys(pattern: string): AsyncGenerator<readonly string[]> {
    let cursor = '0';
    do {
      const [next, keys] = listIn(await this.#link.run('SCAN', cursor, 'MATCH', pattern, 'COUNT', String(SCAN_COUNT)));
      cursor = textIn(next);
      yield listIn(keys).map(textIn);
    } while (cursor !== '0');
  }
}

function bySeq(a: Placed, b: Placed): number {
  return a.seq - b.seq;
}
