import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_MAIN } from '../support/bench/built.ts';
import { measuringPredictor, onnxModels, onnxPython } from '../support/bench/onnx-models.ts';
import { type Call, type Peer, startInProcess, startThinRelay } from '../support/bench/onnx-peers.ts';
import { memoryOf, modelProcessesOf, predictorsOf } from '../support/bench/process-memory.ts';
import { unlessQuick } from '../support/bench/quick.ts';
import { printHeading, printLine, printMissing, type Target } from '../support/bench/report.ts';
import { alternate, lowerQuartile, median, medianRatio } from '../support/bench/rounds.ts';
import { makeProject } from '../support/project.ts';
import { servePons } from '../support/served.ts';
import { predict } from '../support/workload.ts';

/*
 * Calls of ONNX models through the relay, as a predictor sees them, beside onnxruntime in the Python process itself; and what several processes hold in memory
 * that call one large model.
 */

const ROUNDS = unlessQuick(7, 2);
/** Of models that take long, for which many short rounds find quiet moments of a machine that is shared. */
const LONG_ROUNDS = unlessQuick(40, 2);
const WARM_UP_ROUNDS = unlessQuick(3, 0);
const THREADS = 1;
const PEER = 'onnxruntime in the process';
/** Whoever asks while calls are measured takes their time: half of the calls would meet one. */
const POLL_MS = 250;

const FOUR: Call = { model: 'four', shape: [1, 4], calls: unlessQuick(3000, 200) };
const PICTURE: Call = { model: 'picture', shape: [1, 3, 224, 224], calls: unlessQuick(300, 30) };
const CLASSES: Call = { model: 'classes', shape: [1, 3, 224, 224], calls: unlessQuick(8, 3) };
const DEEP: Call = { model: 'deep', shape: [1, 4], calls: unlessQuick(8, 3) };
const SLOW: Call = { model: 'slow', shape: [256, 1024], calls: unlessQuick(6, 3) };
const LARGE: Call = { model: 'large', shape: [1, 7071], calls: 5 };

function configuration(processes: number, models: readonly string[]): string {
  const paths = models.map((name) => `      - {name: ${name}, path: models/${name}}`).join('\n');
  return `
- name: calls
  kind: AsyncAPI
  compute: {cpu: ${THREADS}}
  predictor:
    type: onnx
    path: predictor.py
    processes_per_replica: ${processes}
    models:
      paths:
${paths}
`;
}

async function serveCalls(models: readonly string[], processes = 1) {
  const project = makeProject({
    'cortex.yaml': configuration(processes, models),
    'predictor.py': measuringPredictor(),
  });
  symlinkSync(await onnxModels(), join(project, 'models'));
  const served = await servePons(project, { args: ['--python', await onnxPython()], program: [BUILT_MAIN] });
  const us = async (call: Call): Promise<number> => {
    const result = await predict(`${served.url}/calls`, JSON.stringify(call), 'application/json', POLL_MS);
    return (result as { us: number }).us;
  };
  return {
    pid: served.pid,
    us,
    end: async () => {
      await served.stop();
    },
  };
}

/** What a call takes beyond the peer's. */
async function measureShort(title: string, call: Call, atMost: number, pons: Peer, peer: Peer): Promise<void> {
  const { ours, theirs } = await alternate(ROUNDS, { ours: () => pons.us(call), theirs: () => peer.us(call) });
  const above = median(ours.map((value, round) => value - (theirs[round] ?? Number.NaN)));
  printLine({
    title,
    shown: `${above.toFixed(0)} us`,
    target: { value: above, atMost, unit: 'us' },
    ratio: { value: medianRatio(ours, theirs), peer: `${PEER} (${median(theirs).toFixed(0)} us)` },
  });
}

async function measureLong(title: string, call: Call, one: Peer, peer: Peer, target?: Target): Promise<void> {
  const { ours, theirs } = await alternate(LONG_ROUNDS, { ours: () => one.us(call), theirs: () => peer.us(call) });
  const [us, peerUs] = [lowerQuartile(ours), lowerQuartile(theirs)];
  printLine({
    title,
    shown: `${(us / 1000).toFixed(1)} ms`,
    ratio: {
      value: us / peerUs,
      peer: `${PEER} (${peerUs.toFixed(0)} us; ${medianRatio(ours, theirs).toFixed(2)} in the median round)`,
      ...(target === undefined ? {} : { target }),
    },
  });
}

async function measureCalls(): Promise<void> {
  const pons = await serveCalls(['four', 'picture', 'deep', 'classes', 'slow']);
  const peer = await startInProcess(THREADS);
  const floor = await startThinRelay(SLOW, THREADS);
  try {
    // A service runs warm: memory and compiled code of so large calls settle in the first thousand.
    for (const call of [FOUR, PICTURE, DEEP, CLASSES, SLOW]) {
      for (let round = 0; round < WARM_UP_ROUNDS; round++) await pons.us(call);
    }
    await measureShort('relay of a call with 4 floats, above', FOUR, 180, pons, peer);
    await measureShort('relay of a call with 1x3x224x224, above', PICTURE, 600, pons, peer);
    const target = { atMost: 1.05 };
    await measureLong('a model of 10 ms and more, 4 floats in', DEEP, pons, peer, target);
    await measureLong('a model of 10 ms and more, a picture in', CLASSES, pons, peer, target);
    await measureLong('a model of 10 ms and more, 1 MB in and 1 MB out', SLOW, pons, peer, target);
    await measureLong('the same through the thinnest relay', SLOW, floor, peer);
  } finally {
    for (const one of [floor, peer, pons]) await one.end();
  }
}

/** What the supervisor and its processes hold together, shared pages counted once, when each process has called the large model. */
async function heldBy(processes: number): Promise<number> {
  const pons = await serveCalls(['large'], processes);
  try {
    await Promise.all(Array.from({ length: processes * 2 }, () => pons.us(LARGE)));
    const pids = [pons.pid, ...predictorsOf(pons.pid), ...modelProcessesOf(pons.pid)];
    return pids.reduce((sum, pid) => sum + memoryOf(pid).pssMb, 0);
  } finally {
    await pons.end();
  }
}

async function measureMemory(): Promise<void> {
  const one = await heldBy(1);
  const four = await heldBy(4);
  printLine({
    title: 'four processes and a model of 200 MB, PSS',
    shown: `${four.toFixed(0)} MB`,
    ratio: { value: four / one, peer: `one process (${one.toFixed(0)} MB)`, target: { atMost: 1.4 } },
  });
}

printHeading('models');
await measureCalls();
if (process.platform === 'linux') await measureMemory();
else printMissing('memory', 'it is read from /proc, which only Linux has');
