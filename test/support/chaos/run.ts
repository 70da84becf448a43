import { setTimeout as pause } from 'node:timers/promises';
import { SUPERVISOR_DEATHS_LIMIT } from '../../../runtime/workloads/states.ts';
import { seededRandom } from '../../workloads/seeded-random.ts';
import { Census } from './census.ts';
import { submitAll } from './clients.ts';
import { decide } from './fate.ts';
import { hangUp } from './http.ts';
import { Killer } from './killer.ts';
import { Ledger } from './ledger.ts';
import { observe } from './observers.ts';
import { planWorkloads } from './plan.ts';
import { Program } from './program.ts';

export interface ChaosOptions {
  readonly project: string;
  /** A folder that predictors see, for what the program and its predictors write down. */
  readonly notes: string;
  readonly stateDir: string;
  readonly port: number;
  readonly seed: number;
  readonly seconds: number;
  readonly workloads: number;
}

/** A run of which the killing is over. The program lives. */
export interface ChaosRun {
  readonly ledger: Ledger;
  readonly program: Program;
  readonly killer: Killer;
  readonly census: Census;
  readonly journal: string;
}

/** A run that is that long would blame innocents for deaths of the supervisor: it accounts for them instead. */
const SOAK_SECONDS = 60;
/** Deaths of the supervisor that a run should see, even where that takes longer. */
const ENOUGH_DEATHS = 7;
const CENSUS_MS = 150;
/** In which some workload must get its 200: how many are left to be submitted in the end is a matter of the machine. */
const SUBMITTED_MS = 60_000;

/**
 * Submits, observes and kills for `seconds`; `act` gets the run when every workload has its 200. Resolves to the promises that were broken, when
 * nothing of the run is left alive.
 */
export async function withChaos(
  options: ChaosOptions,
  act: (run: ChaosRun) => Promise<void>,
): Promise<readonly string[]> {
  const { seed, seconds, stateDir, notes, port, project } = options;
  const ledger = new Ledger();
  const journal = `${notes}/journal`;
  const program = new Program({
    ...{ project, stateDir, port, ledger },
    env: { CHAOS_JOURNAL: journal },
    logFile: `${notes}/log`,
  });
  const killer = new Killer({ program, journal });
  const census = new Census(stateDir);
  const killing = new AbortController();
  const watching = new AbortController();
  const looking = (async () => {
    while (!watching.signal.aborted) {
      census.look(program.pid);
      await pause(CENSUS_MS);
    }
  })();
  try {
    program.start();
    const { url } = program;
    const plan = planWorkloads(options.workloads, seededRandom(seed));
    const submitting = submitAll({ url, plan, seed, spreadMs: seconds * 1000, ledger });
    const observing = observe({ url, ledger }, seededRandom(seed + 1), watching.signal);
    const maxDeaths = seconds > SOAK_SECONDS ? Infinity : SUPERVISOR_DEATHS_LIMIT - 1;
    const fate = decide({ program, killer, maxDeaths }, seededRandom(seed + 2), killing.signal);
    const murders = killer.run(seededRandom(seed + 3), killing.signal);
    const enough = async (): Promise<void> => {
      await pause(seconds * 1000, undefined, { signal: killing.signal });
      // On a busy machine a life takes longer.
      const lapsedAt = Date.now() + 2 * seconds * 1000;
      while (program.killedAt.length < ENOUGH_DEATHS && Date.now() < lapsedAt && !killing.signal.aborted)
        await pause(100);
      killing.abort();
    };
    await Promise.all([fate, murders, enough()]);
    await program.serving();
    if (await isStuck(submitting, ledger)) ledger.violated('not every workload gets its 200');
    watching.abort();
    await Promise.all([looking, observing]);
    await act({ ledger, program, killer, census, journal });
  } catch (error) {
    ledger.violated(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    killing.abort();
    watching.abort();
    await program.kill();
    hangUp();
  }
  return ledger.violations;
}

/** Whether submissions come to no end, since none is accepted any more. */
async function isStuck(submitting: Promise<void>, { ids }: Ledger): Promise<boolean> {
  const submitted = submitting.then(() => true);
  for (let before = -1; before < ids.length;) {
    before = ids.length;
    if (await Promise.race([submitted, pause(SUBMITTED_MS, false, { ref: false })])) return false;
  }
  return true;
}
