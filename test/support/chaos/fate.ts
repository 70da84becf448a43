import { setTimeout as pause } from 'node:timers/promises';
import type { Killer } from './killer.ts';
import { pick } from './plan.ts';
import type { Program } from './program.ts';

export interface FateOptions {
  readonly program: Program;
  readonly killer: Killer;
  /** How often it may die at most: more deaths than a workload bears would blame innocents. */
  readonly maxDeaths: number;
}

const LONGEST_LIFE_MS = 3000;
const LONGEST_BOOT_MS = 2500;
const LONGEST_DRAIN_MS = 800;

const KILLS = ['kill', 'kill', 'kill both', 'kill both', 'kill while booting', 'kill while draining'] as const;
const STOPS = ['drain', 'stop at once'] as const;

/** Ends the program in all ways that there are, and starts it again at once, until `signal` aborts. It lives when this resolves. */
export async function decide(options: FateOptions, random: () => number, signal: AbortSignal): Promise<void> {
  const { program, killer, maxDeaths } = options;
  for (;;) {
    await program.serving();
    await pause(random() * LONGEST_LIFE_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const act = program.killedAt.length >= maxDeaths ? pick(STOPS, random) : pick([...KILLS, ...STOPS], random);
    switch (act) {
      case 'kill':
        await program.kill();
        break;
      case 'kill both': {
        const first = random() < 0.5;
        if (first) killer.killAll(random);
        const dead = program.kill();
        if (!first) killer.killAll(random);
        await dead;
        break;
      }
      case 'kill while booting':
        await program.kill();
        program.start();
        await pause(random() * LONGEST_BOOT_MS);
        if (program.killedAt.length < maxDeaths) await program.kill();
        else continue;
        break;
      case 'kill while draining':
        program.ask();
        await pause(random() * LONGEST_DRAIN_MS);
        await program.kill();
        break;
      case 'drain':
        program.ask();
        await program.ended();
        break;
      case 'stop at once':
        program.ask();
        await pause(random() * 100);
        program.ask();
        await program.ended();
        break;
    }
    program.start();
  }
}
