import { copyFilledStore } from '../support/bench/fill-store.ts';
import { idleSubmitToCompletedMs } from '../support/bench/idle.ts';
import { postMany } from '../support/bench/load.ts';
import { unlessQuick } from '../support/bench/quick.ts';
import { perSecond, printHeading, printLine } from '../support/bench/report.ts';
import { alternate, median, medianRatio } from '../support/bench/rounds.ts';
import { API, serveNoop, serveStuck } from '../support/bench/served-noop.ts';
import { passThroughPons } from '../support/bench/through-queue.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/*
 * What serve.ts measures, with a million ended workloads in the store, beside the same with none. Rounds alternate.
 */

const STORED = unlessQuick(1_000_000, 50_000);
const ROUNDS = unlessQuick(5, 2);
const COUNT = unlessQuick(10_000, 2000);
const IDLE_CALLS = unlessQuick(100, 20);
const PEER = 'an empty store';
/** 1.3 times as slow. */
const RATE = { atLeast: 1 / 1.3 };

async function filled(): Promise<string> {
  const stateDir = makeTempDir();
  await copyFilledStore(stateDir, API, STORED);
  return stateDir;
}

printHeading(`million: ${STORED} workloads stored before`);
const folders = [await filled(), await filled()] as const;
const servers = await Promise.all([serveNoop(), serveNoop(folders[0]), serveStuck(), serveStuck(folders[1])] as const);
const [empty, full, emptyStuck, fullStuck] = servers;
try {
  for (const { url } of [empty, full]) await passThroughPons(url, COUNT / 4);
  for (const { url } of [emptyStuck, fullStuck]) await postMany(url, COUNT / 4);
  const shown = await alternate(ROUNDS, {
    emptyPassages: () => passThroughPons(empty.url, COUNT),
    fullPassages: () => passThroughPons(full.url, COUNT),
    emptySubmits: () => postMany(emptyStuck.url, COUNT),
    fullSubmits: () => postMany(fullStuck.url, COUNT),
    emptyIdle: () => idleSubmitToCompletedMs(empty.url, IDLE_CALLS),
    fullIdle: () => idleSubmitToCompletedMs(full.url, IDLE_CALLS),
  });
  const printRate = (title: string, ours: readonly number[], theirs: readonly number[]): void => {
    printLine({
      title,
      shown: perSecond(median(ours)),
      ratio: { value: medianRatio(ours, theirs), peer: PEER, target: RATE },
    });
  };
  printRate(
    'submit to completed',
    shown.fullPassages.map((passage) => passage.completedPerSecond),
    shown.emptyPassages.map((passage) => passage.completedPerSecond),
  );
  printRate(
    'durable submits alone',
    shown.fullSubmits.map((load) => load.perSecond),
    shown.emptySubmits.map((load) => load.perSecond),
  );
  printLine({
    title: 'idle, submit to completed, p50',
    shown: `${median(shown.fullIdle).toFixed(2)} ms`,
    ratio: { value: medianRatio(shown.fullIdle, shown.emptyIdle), peer: PEER, target: { atMost: 1.3 } },
  });
} finally {
  await Promise.all(servers.map((server) => server.end()));
}
