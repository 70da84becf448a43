import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_MAIN } from '../support/bench/built.ts';
import { measuringPredictor, onnxModels, onnxPython } from '../support/bench/onnx-models.ts';
import { type Call, startInProcess, startThinRelay } from '../support/bench/onnx-peers.ts';
import { memoryOf, modelProcessesOf, predictorsOf } from '../support/bench/process-memory.ts';
import { unlessQuick } from '../support/bench/quick.ts';
import { printHeading, printLine, printMissing } from '../support/bench/report.ts';
import { alternate, median, medianRatio } from '../support/bench/rounds.ts';
import { makeProject } from '../support/project.ts';
import { servePons } from '../support/served.ts';
import { predict } from '../support/workload.ts';

/*
 * Calls of ONNX models through the relay, as a predictor sees them, beside onnxruntime in the Python process itself; and what several processes hold in memory
 * that call one large model.
 */

const ROUNDS = unlessQuick(7, 2);
const WARM_UP_ROUNDS = unlessQuick(3, 0);
const THREADS = 1;
/** Whoever asks while calls are measured takes their time: half of the calls would meet one. */
const POLL_MS = 250;

const FOUR: Call = { model: 'four', shape: [1, 4], calls: unlessQuick(3000, 200) };
const PICTURE: Call = { model: 'picture', shape: [1, 3, 224, 224], calls: unlessQuick(300, 30) };
const CLASSES: Call = { model: 'classes', shape: [1, 3, 224, 224], calls: unlessQuick(25, 3) };
const DEEP: Call = { model: 'deep', shape: [1, 4], calls: unlessQuick(25, 3) };
const SLOW: Call = { model: 'slow', shape: [256, 1024], calls: unlessQuick(15, 3) };
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
  return { pid: served.pid, us, end: () => served.stop() };
}

async function measureCalls(): Promise<void> {
  const pons = await serveCalls(['four', 'picture', 'deep', 'classes', 'slow']);
  const peer = await startInProcess(THREADS);
  try {
    for (const [call, title, atMost] of [
      [FOUR, 'relay of a call with 4 floats, above', 180],
      [PICTURE, 'relay of a call with 1x3x224x224, above', 600],
      [DEEP, 'a model of 10 ms and more, 4 floats in', null],
      [CLASSES, 'a model of 10 ms and more, a picture in', null],
      [SLOW, 'a model of 10 ms and more, 1 MB in and 1 MB out', null],
    ] as const) {
      // A service runs warm: memory and compiled code of so large calls settle in the first thousand.
      for (let round = 0; round < WARM_UP_ROUNDS; round++) await pons.us(call);
      const { ours, theirs } = await alternate(ROUNDS, { ours: () => pons.us(call), theirs: () => peer.us(call) });
      const above = median(ours.map((value, round) => value - (theirs[round] ?? Number.NaN)));
      printLine({
        title,
        shown: atMost === null ? `${(median(ours) / 1000).toFixed(1)} ms` : `${above.toFixed(0)} us`,
        ...(atMost === null ? {} : { target: { value: above, atMost, unit: 'us' } }),
        ratio: {
          value: medianRatio(ours, theirs),
          peer: `onnxruntime in the process (${median(theirs).toFixed(0)} us)`,
          ...(atMost === null ? { target: { atMost: 1.05 } } : {}),
        },
      });
    }
    const floor = await startThinRelay(SLOW, THREADS);
    try {
      const { ours, theirs } = await alternate(ROUNDS, { ours: () => floor.us(SLOW), theirs: () => peer.us(SLOW) });
      printLine({
        title: 'the same through the thinnest relay',
        shown: `${(median(ours) / 1000).toFixed(1)} ms`,
        ratio: {
          value: medianRatio(ours, theirs),
          peer: `onnxruntime in the process (${median(theirs).toFixed(0)} us)`,
        },
      });
    } finally {
      await floor.end();
    }
  } finally {
    await peer.end();
    await pons.end();
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
