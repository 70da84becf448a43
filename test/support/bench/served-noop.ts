import { makeProject, oneApi, predicting } from '../project.ts';
import { servePons } from '../served.ts';

/** Pons with one API and one predictor process. */
export interface BenchedPons {
  /** Of the API. */
  readonly url: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** The name of the API, for who fills a store before. */
export const API = 'api';

/** Serves a predictor that answers `{"ok": true}`; `stateDir` where the store is not to be empty, `env` for what is to be set. */
export async function serveNoop(stateDir?: string, env: NodeJS.ProcessEnv = {}): Promise<BenchedPons> {
  const { pid, url, stop } = await servePredicting('return {"ok": True}', stateDir, env);
  return { url, pid, end: stop };
}

/** Serves a predictor that never gets done with its first workload, so that workloads are stored and nothing else happens. */
export async function serveStuck(stateDir?: string): Promise<BenchedPons> {
  const { pid, url, stop } = await servePredicting('import time; time.sleep(86400)', stateDir);
  const end = async (): Promise<void> => {
    // It would wait for the workload.
    process.kill(pid, 'SIGKILL');
    await stop();
  };
  return { url, pid, end };
}

async function servePredicting(
  body: string,
  stateDir: string | undefined,
  env: NodeJS.ProcessEnv = {},
): Promise<{ url: string; pid: number; stop: () => Promise<void> }> {
  const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting(body) });
  const served = await servePons(project, { env, ...(stateDir === undefined ? {} : { stateDir }) });
  return {
    url: `${served.url}/${API}`,
    pid: served.pid,
    stop: async () => {
      await served.stop();
    },
  };
}

/** How many workloads of the API at `url` have not ended. */
export async function unfinished(url: string): Promise<number> {
  const { queue } = (await (await fetch(url)).json()) as { queue: { in_queue: number; in_progress: number } };
  return queue.in_queue + queue.in_progress;
}
