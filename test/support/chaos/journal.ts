import { existsSync, readFileSync } from 'node:fs';

/** One begin of one `predict`. */
export interface Begin {
  readonly id: string;
  readonly run: string;
  /** The process, by a name that no other one has. */
  readonly place: string;
  /** Other workloads that ran in the same process at any time of this run. */
  readonly beside: Set<string>;
  ended: boolean;
}

/** What the predictors have written down of their runs, in the order in which it happened. */
export interface Journal {
  readonly begins: ReadonlyMap<string, readonly Begin[]>;
  /** Workloads that a predictor submitted, by id, and who submitted them. */
  readonly calls: ReadonlyMap<string, string>;
}

export function readJournal(path: string): Journal {
  const begins = new Map<string, Begin[]>();
  const calls = new Map<string, string>();
  const running = new Map<string, Set<Begin>>();
  for (const line of linesOf(path)) {
    const [act = '', id = '', what = '', place = ''] = line.split(' ');
    const here = running.get(place) ?? new Set();
    running.set(place, here);
    if (act === 'called') calls.set(what, id);
    else if (act === 'began') {
      const begin: Begin = { id, run: what, place, beside: new Set(), ended: false };
      for (const other of here) {
        other.beside.add(id);
        begin.beside.add(other.id);
      }
      here.add(begin);
      begins.set(id, [...(begins.get(id) ?? []), begin]);
    } else {
      for (const one of here) {
        if (one.run !== what) continue;
        one.ended = true;
        here.delete(one);
      }
    }
  }
  return { begins, calls };
}

/** The names of the processes in which a `predict` began. */
export function placesThatServed(path: string): ReadonlySet<string> {
  return new Set(linesOf(path).map((line) => line.slice(line.lastIndexOf(' ') + 1)));
}

/** The last line may be half written. */
function linesOf(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}
