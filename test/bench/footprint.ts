import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SAMPLE_PROJECT, serveBuilt } from '../support/bench/built.ts';
import { startChild } from '../support/bench/child.ts';
import { startFastApi } from '../support/bench/fast-api.ts';
import { memoryOf, predictorsOf, type ProcessMemory } from '../support/bench/process-memory.ts';
import { unlessQuick } from '../support/bench/quick.ts';
import { printHeading, printLine, printMissing } from '../support/bench/report.ts';
import { alternate, median, medianRatio } from '../support/bench/rounds.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { defaultPython } from '../support/pythons.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/*
 * How soon the built program serves the sample project when its dependencies are installed, and what it then holds in memory while nothing happens.
 */

const ROUNDS = unlessQuick(5, 2);
/** After which whatever a start left behind is collected. */
const SETTLE_MS = 2000;
const mb = (value: number): string => `${value.toFixed(1)} MB`;

async function measureStart(): Promise<void> {
  const stateDir = makeTempDir();
  await (await serveBuilt(SAMPLE_PROJECT, stateDir)).end();
  const { ours, theirs } = await alternate(ROUNDS, {
    ours: async () => {
      const pons = await serveBuilt(SAMPLE_PROJECT, stateDir);
      await pons.end();
      return pons.readyMs;
    },
    theirs: async () => {
      const server = await startFastApi();
      await server.end();
      return server.readyMs;
    },
  });
  printLine({
    title: 'sample-project ready on a second start',
    shown: `${(median(ours) / 1000).toFixed(2)} s`,
    target: { value: median(ours) / 1000, atMost: 1.5, unit: 's' },
    ratio: { value: medianRatio(ours, theirs), peer: 'a FastAPI no-op on uvicorn' },
  });
}

async function settled(pid: number): Promise<ProcessMemory> {
  await pause(SETTLE_MS);
  return memoryOf(pid);
}

/** Of a program that does nothing but be there. */
async function bare(command: string, args: readonly string[]): Promise<ProcessMemory> {
  const child = startChild(command, args);
  try {
    return await settled(child.pid);
  } finally {
    await child.end();
  }
}

async function measureMemory(): Promise<void> {
  const bareNode = await bare(process.execPath, ['-e', 'setInterval(() => undefined, 60_000)']);
  const pons = await serveBuilt(SAMPLE_PROJECT, makeTempDir());
  try {
    const { rssMb } = await settled(pons.pid);
    printLine({
      title: 'supervisor of sample-project, idle, resident',
      shown: mb(rssMb),
      target: { value: rssMb, atMost: 150, unit: 'MB' },
      ratio: { value: rssMb / bareNode.rssMb, peer: `a bare node (${mb(bareNode.rssMb)})` },
    });
  } finally {
    await pons.end();
  }
}

async function measurePredictor(): Promise<void> {
  // An environment of its own: what is installed beside the machine's Python may load itself at each start, here and there.
  const venv = join(makeTempDir(), 'venv');
  execFileSync(defaultPython.executable, ['-m', 'venv', '--without-pip', venv]);
  const python = join(venv, 'bin', 'python');
  const barePython = await bare(python, ['-c', 'import time; time.sleep(86400)']);
  const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {"ok": True}') });
  const pons = await serveBuilt(project, makeTempDir(), ['--python', python]);
  try {
    await pause(SETTLE_MS);
    const [predictor] = predictorsOf(pons.pid);
    if (predictor === undefined) throw new Error('there is no predictor process');
    const held = memoryOf(predictor);
    for (const [measure, title] of [
      ['rssMb', 'resident'],
      ['pssMb', 'PSS'],
    ] as const) {
      printLine({
        title: `predictor above a bare python3, ${title}`,
        shown: mb(held[measure] - barePython[measure]),
        target: { value: held[measure] - barePython[measure], atMost: 12, unit: 'MB' },
        ratio: { value: held[measure] / barePython[measure], peer: `a bare python3 (${mb(barePython[measure])})` },
      });
    }
  } finally {
    await pons.end();
  }
}

printHeading('footprint');
await measureStart();
if (process.platform === 'linux') {
  await measureMemory();
  await measurePredictor();
} else printMissing('memory', 'it is read from /proc, which only Linux has');
