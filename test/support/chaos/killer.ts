import { setTimeout as pause } from 'node:timers/promises';
import { allProcesses, placeOf } from './census.ts';
import { placesThatServed } from './journal.ts';
import { pick } from './plan.ts';
import type { Program } from './program.ts';

export interface KillerOptions {
  readonly program: Program;
  readonly journal: string;
}

const MAX_PAUSE_MS = 300;
/** After five deaths in a row before it is ready an API waits minutes for its next try, as it should; so there are fewer. */
const MAX_BARREN_DEATHS = 3;
const WHOLE_GROUP = 0.3;

/** Kills predictor processes: those that load, those that work, those that end, those of a supervisor that has just died. */
export class Killer {
  readonly #options: KillerOptions;
  readonly #barren = new Map<string, string[]>();
  /** The places of the processes that it killed. */
  readonly killed = new Set<string>();

  constructor(options: KillerOptions) {
    this.#options = options;
  }

  async run(random: () => number, signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(random() * MAX_PAUSE_MS);
      if (signal.aborted) return;
      this.killOne(random);
    }
  }

  killOne(random: () => number): void {
    const targets = this.#targets();
    const [first, ...others] = targets;
    if (first === undefined) return;
    this.#kill(pick([first, ...others], random), random);
  }

  killAll(random: () => number): void {
    for (const target of this.#targets()) this.#kill(target, random);
  }

  #targets(): { readonly pid: number; readonly place: string }[] {
    const { program, journal } = this.#options;
    const served = placesThatServed(journal);
    return allProcesses()
      .filter(({ parent }) => parent === program.pid)
      .flatMap(({ pid }) => {
        const place = placeOf(pid);
        return place === null ? [] : [{ pid, place }];
      })
      .filter(({ place }) => this.#barrenDeaths(place, served) < MAX_BARREN_DEATHS);
  }

  #kill({ pid, place }: { readonly pid: number; readonly place: string }, random: () => number): void {
    try {
      process.kill(random() < WHOLE_GROUP ? -pid : pid, 'SIGKILL');
    } catch {
      return;
    }
    this.killed.add(place);
    const row = rowOf(place);
    this.#barren.set(row, [...(this.#barren.get(row) ?? []), place]);
  }

  /** Deaths in a row, up to now, of processes at the place of this one that had begun nothing. */
  #barrenDeaths(place: string, served: ReadonlySet<string>): number {
    const deaths = this.#barren.get(rowOf(place)) ?? [];
    return deaths.length - 1 - deaths.findLastIndex((one) => served.has(one));
  }
}

/** The place without the number that tells one process there from the next. */
function rowOf(place: string): string {
  return place.slice(0, place.lastIndexOf('-'));
}
