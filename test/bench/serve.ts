import { startFastApi } from '../support/bench/fast-api.ts';
import { idlePostMs, idleSubmitToCompletedMs } from '../support/bench/idle.ts';
import { postMany } from '../support/bench/load.ts';
import { unlessQuick } from '../support/bench/quick.ts';
import { perSecond, printHeading, printLine } from '../support/bench/report.ts';
import { alternate, median, medianRatio } from '../support/bench/rounds.ts';
import { serveNoop, serveStuck } from '../support/bench/served-noop.ts';
import { passThroughPons } from '../support/bench/through-queue.ts';

/*
 * Workloads from the first POST to the last one's end, durable, with one no-op predictor process, 1 KB of JSON and 32 connections, the load generator on the
 * same cores; beside a no-op in FastAPI and uvicorn, which stores nothing. Rounds alternate.
 */

const ROUNDS = unlessQuick(5, 2);
const COUNT = unlessQuick(10_000, 2000);
const IDLE_CALLS = unlessQuick(100, 20);
const PEER = 'the FastAPI no-op';

printHeading(`serve: ${COUNT} workloads of 1 KB, 32 connections, one predictor process`);
const [pons, stuck, fastApi] = await Promise.all([serveNoop(), serveStuck(), startFastApi()]);
try {
  await passThroughPons(pons.url, COUNT / 4);
  await postMany(stuck.url, COUNT / 4);
  await postMany(fastApi.url, COUNT / 4);
  const { passages, requests, alone, idle, idlePost } = await alternate(ROUNDS, {
    passages: () => passThroughPons(pons.url, COUNT),
    requests: () => postMany(fastApi.url, COUNT),
    alone: () => postMany(stuck.url, COUNT),
    idle: () => idleSubmitToCompletedMs(pons.url, IDLE_CALLS),
    idlePost: () => idlePostMs(fastApi.url, IDLE_CALLS),
  });
  const peers = requests.map((load) => load.perSecond);
  const completed = passages.map((passage) => passage.completedPerSecond);
  const submits = passages.map((passage) => passage.submitsPerSecond);
  const submitsAlone = alone.map((load) => load.perSecond);
  const during = passages.map((passage) => passage.whileSubmitting);
  const after = passages.map((passage) => passage.afterSubmitting);
  printLine({ title: PEER, shown: perSecond(median(peers)) });
  printLine({
    title: 'submit to completed',
    shown: perSecond(median(completed)),
    ratio: { value: medianRatio(completed, peers), peer: PEER, target: { atLeast: 0.7 } },
  });
  printLine({
    title: 'durable submits alone',
    shown: perSecond(median(submitsAlone)),
    ratio: { value: medianRatio(submitsAlone, peers), peer: PEER, target: { atLeast: 0.9 } },
  });
  printLine({
    title: 'durable submits, beside the work on them',
    shown: perSecond(median(submits)),
    ratio: { value: medianRatio(submits, peers), peer: PEER },
  });
  printLine({
    title: 'completions while submissions go on',
    shown: perSecond(median(during)),
    ratio: { value: medianRatio(during, after), peer: 'those after them' },
  });
  printLine({
    title: 'the same, in the last third of that time',
    shown: '',
    ratio: { value: median(passages.map(({ lastThirdToFirst }) => lastThirdToFirst)), peer: 'the first third' },
  });
  printLine({
    title: 'idle, submit to completed, p50',
    shown: `${median(idle).toFixed(2)} ms`,
    target: { value: median(idle), atMost: 5, unit: 'ms' },
    ratio: { value: medianRatio(idle, idlePost), peer: 'one request to the FastAPI no-op' },
  });
} finally {
  await Promise.all([pons.end(), stuck.end(), fastApi.end()]);
}
