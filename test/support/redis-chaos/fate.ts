import { setTimeout as pause } from 'node:timers/promises';
import type { Actor } from './actor.ts';
import type { Harm, Scene } from './harm.ts';
import type { EventLog } from './history/event-log.ts';
import { FROZEN_PAST_LEASES, PROCESS_HARMS } from './process-harms.ts';
import { REDIS_HARMS } from './redis-harms.ts';
import type { Stage } from './stage.ts';

export interface FateOptions {
  readonly stage: Stage;
  readonly log: EventLog;
  /** How long there is harm, in ms. */
  readonly forMs: number;
}

/** Now and then all have time to recover, within which all has to work again. */
const CALM_MS = 8000;
const LONG = 0.2;
const FIRST_MS = 1000;

/** Does harm for its time: to Redis one thing after another, and to processes one thing after another. All is undone when this resolves. */
export class Fate {
  readonly #options: FateOptions;
  readonly #endsAt: number;
  #faults = 0;
  /** What was done, for whoever has to understand a failure. */
  readonly deeds: string[] = [];

  constructor(options: FateOptions) {
    this.#options = options;
    this.#endsAt = performance.now() + options.forMs;
  }

  async run(ofRedis: () => number, ofProcesses: () => number): Promise<void> {
    await Promise.all([this.#do(REDIS_HARMS, [], ofRedis), this.#do(PROCESS_HARMS, [FROZEN_PAST_LEASES], ofProcesses)]);
  }

  /** All harms in a random order, then all in another one. */
  async #do(harms: readonly Harm[], first: readonly Harm[], random: () => number): Promise<void> {
    const bag = [...first];
    await pause(FIRST_MS);
    while (this.#leftMs() > 0) {
      if (bag.length === 0) bag.push(...shuffled(harms, random));
      const harm = bag.shift();
      if (harm !== undefined) await this.#harm(harm, random);
      await this.#wait(random() * CALM_MS);
    }
  }

  async #harm(harm: Harm, random: () => number): Promise<void> {
    const { stage, log } = this.#options;
    const scene: Scene = {
      ...{ stage, random, wait: (ms) => this.#wait(ms) },
      lasting: (shortMs, longMs) => Math.min(random() * (random() < LONG ? longMs : shortMs), this.#leftMs()),
    };
    const fault = (this.#faults += 1);
    const victim = harm.to === 'redis' ? null : pick(stage[harm.to], random);
    const { name } = harm;
    const note = (what: 'begins' | 'ends'): void => {
      log.append({ kind: 'fault', what, fault, name, victim: victim?.name ?? '' });
    };
    const begunAt = performance.now();
    const deed = `${name}${victim === null ? '' : ` (${victim.name})`}`;
    const at = this.deeds.push(`${deed}, not undone`) - 1;
    note('begins');
    if (harm.to === 'redis') await harm.act(scene);
    else if (victim !== null) await harm.act(scene, victim);
    note('ends');
    this.deeds[at] = `${deed}, ${((performance.now() - begunAt) / 1000).toFixed(1)} s`;
  }

  /** None where something has ended the run before. */
  #leftMs(): number {
    return this.#options.stage.over.aborted ? 0 : Math.max(0, this.#endsAt - performance.now());
  }

  async #wait(ms: number): Promise<void> {
    await pause(Math.min(ms, this.#leftMs()), undefined, { signal: this.#options.stage.over });
  }
}

function pick(actors: readonly Actor[], random: () => number): Actor | null {
  return actors[Math.floor(random() * actors.length)] ?? null;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}
