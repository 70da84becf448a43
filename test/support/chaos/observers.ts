import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './http.ts';
import type { Entry, Ledger } from './ledger.ts';

export interface ObserversOptions {
  readonly url: string;
  readonly ledger: Ledger;
}

const OBSERVERS = 3;
const AT_ONCE = 8;
const PAUSE_MS = 2;
const UNREACHED_PAUSE_MS = 40;
/** What has ended is looked at again, but less often than what may still move. */
const LOOKS_FOR_LIVE = 6;

/** Asks for one workload after the other, ended or not, until `signal` aborts. */
export async function observe(
  { url, ledger }: ObserversOptions,
  random: () => number,
  signal: AbortSignal,
): Promise<void> {
  // Two questions at once may be answered out of order.
  const underWay = new Set<string>();
  const observer = async (): Promise<void> => {
    while (!signal.aborted) {
      const entry = choose(ledger, random);
      if (entry === null || underWay.has(entry.planned.id)) await pause(PAUSE_MS);
      else {
        const { id, api } = entry.planned;
        underWay.add(id);
        const heard = await ask({ method: 'GET', url: `${url}/${api}/${id}` });
        if (heard !== null) ledger.seen(id, heard.status, heard.text);
        underWay.delete(id);
        await pause(heard === null ? UNREACHED_PAUSE_MS : PAUSE_MS);
      }
    }
  };
  await Promise.all(Array.from({ length: OBSERVERS }, observer));
}

/** Asks until all have ended; resolves to those that had not when none had for `ms`: how many there are to work off is a matter of the machine. */
export async function waitForAllEnds({ url, ledger }: ObserversOptions, ms: number): Promise<string[]> {
  let [before, lapsedAt] = [Infinity, 0];
  for (;;) {
    const live = [...ledger.entries.values()].filter(({ end }) => end === null);
    if (live.length < before) [before, lapsedAt] = [live.length, Date.now() + ms];
    if (live.length === 0 || Date.now() > lapsedAt) return live.map(({ planned }) => planned.id);
    for (const { planned } of live) await look(planned.api, planned.id, url, ledger);
    await pause(100);
  }
}

/** Asks once for each; resolves to the answers, by id. */
export async function lookAtAll({ url, ledger }: ObserversOptions): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const left = ledger.entries.values();
  const observer = async (): Promise<void> => {
    for (const { planned } of left) {
      const text = await look(planned.api, planned.id, url, ledger);
      if (text !== null) answers.set(planned.id, text);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, observer));
  return answers;
}

async function look(api: string, id: string, url: string, ledger: Ledger): Promise<string | null> {
  const heard = await ask({ method: 'GET', url: `${url}/${api}/${id}` });
  if (heard !== null) ledger.seen(id, heard.status, heard.text);
  return heard?.text ?? null;
}

function choose(ledger: Ledger, random: () => number): Entry | null {
  let entry: Entry | null = null;
  for (let looks = 0; looks < LOOKS_FOR_LIVE; looks += 1) {
    const id = ledger.ids[Math.floor(random() * ledger.ids.length)] ?? '';
    entry = ledger.entries.get(id) ?? null;
    if (entry?.end === null) break;
  }
  return entry;
}
