import { makeProject, oneApi, predicting } from '../project.ts';
import { servePons } from '../served.ts';

/** Pons with one API and one predictor process. */
export interface BenchedPons {
  /** Of the API. */
  readonly url: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** Serves a predictor that answers `{"ok": true}`; `stateDir` where the store is not to be empty. */
export async function serveNoop(stateDir?: string): Promise<BenchedPons> {
  const pons = await servePons(
    makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {"ok": True}') }),
    stateDir === undefined ? {} : { stateDir },
  );
  return {
    url: `${pons.url}/api`,
    pid: pons.pid,
    end: async () => {
      await pons.stop();
    },
  };
}

/** Serves a predictor that never gets done with its first workload, so that workloads are stored and nothing else happens. */
export async function serveStuck(): Promise<BenchedPons> {
  const stuck = predicting('time.sleep(86400)', 'import time');
  const pons = await servePons(makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': stuck }));
  return {
    url: `${pons.url}/api`,
    pid: pons.pid,
    end: async () => {
      // It would wait for the workload.
      process.kill(pons.pid, 'SIGKILL');
      await pons.stop();
    },
  };
}

/** How many workloads of the API at `url` have not ended. */
export async function unfinished(url: string): Promise<number> {
  const { queue } = (await (await fetch(url)).json()) as { queue: { in_queue: number; in_progress: number } };
  return queue.in_queue + queue.in_progress;
}
