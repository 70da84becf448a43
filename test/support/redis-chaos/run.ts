import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { seededRandom } from '../../workloads/seeded-random.ts';
import { hangUp } from '../chaos/http.ts';
import { deadline } from '../deadline.ts';
import type { RedisServer } from '../redis/server.ts';
import { Caller } from './caller.ts';
import { submitAll } from './clients.ts';
import { Fate } from './fate.ts';
import { brokenIn } from './history/check.ts';
import { EventLog, readEvents } from './history/event-log.ts';
import { leftoversIn } from './leftovers.ts';
import { Observers } from './observers.ts';
import { planWorkloads } from './plan.ts';
import type { RunSettings } from './settings.ts';
import { Stage } from './stage.ts';
import { summaryOf } from './summary.ts';

/** What a run came to. */
export interface Outcome {
  /** Promises that were broken, in words. */
  readonly broken: readonly string[];
  readonly deeds: readonly string[];
  /** One line on what happened. */
  readonly summary: string;
  /** The folder with the log of events and what each process said; null where it was removed. */
  readonly notes: string | null;
}

/** For what the faults have held up, beside half of their own time. */
const SUBMITTED_MS = 60_000;
const NONE_ENDS_MS = 60_000;

/** Submits, observes and does harm for the time of the settings, waits for all ends, and looks through the log of it for promises that were broken. */
export async function runChaos(redis: RedisServer, settings: RunSettings): Promise<Outcome> {
  const { seed, seconds, workloads } = settings;
  // Not in /tmp, where each predictor has its own.
  const notes = settings.notes ?? realpathSync(mkdtempSync('/var/tmp/pons-chaos-'));
  mkdirSync(notes, { recursive: true });
  const log = new EventLog(`${notes}/events.jsonl`);
  const stage = await Stage.make(redis, log.path);
  const caller = new Caller(stage, log, seededRandom(seed));
  const observers = new Observers(caller);
  const broken: string[] = [];
  let deeds: readonly string[] = [];
  const watching = new AbortController();
  try {
    await stage.open();
    const plan = planWorkloads(workloads, seededRandom(seed + 1));
    const fate = new Fate({ stage, log, forMs: seconds * 1000 });
    deeds = fate.deeds;
    const accepted = observers.add.bind(observers);
    const submitting = submitAll({
      ...{ caller, plan, seed: seed + 2, spreadMs: seconds * 1000 },
      ...{ accepted, over: stage.over },
    });
    const observing = observers.observe(seededRandom(seed + 3), watching.signal);
    const harming = async (): Promise<void> => {
      await fate.run(seededRandom(seed + 4), seededRandom(seed + 5));
      watching.abort();
      await deadline(SUBMITTED_MS + seconds * 500, submitting, 'a 200 for every workload');
    };
    // Whichever of them fails first ends the run.
    await Promise.all([harming(), submitting, observing]);
    await observers.untilAllHaveEnded(NONE_ENDS_MS);
    log.append({ kind: 'settled' });
    await observers.lookAtAll();
    broken.push(...(await leftoversIn(stage)));
  } catch (error) {
    broken.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    watching.abort();
    await stage.close(notes);
    hangUp();
    log.close();
  }
  const events = readEvents(log.path);
  broken.push(...brokenIn(events));
  const isKept = broken.length > 0 || settings.notes !== null;
  if (!isKept) rmSync(notes, { recursive: true });
  return { broken, deeds, summary: summaryOf(events), notes: isKept ? notes : null };
}
