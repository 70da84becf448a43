import { SAMPLE_PROJECT } from '../support/bench/built.ts';
import { unlessQuick } from '../support/bench/quick.ts';
import { printHeading, printLine, printMissing } from '../support/bench/report.ts';
import { median } from '../support/bench/rounds.ts';
import { cleanUpContainers } from '../support/containers/clean-up.ts';
import { createContainer, HARDENED, mounted } from '../support/containers/container.ts';
import { findEngine, type Engine } from '../support/containers/engine.ts';
import { IMAGES, ponsImage, type ImageName } from '../support/containers/images.ts';

/*
 * How large the images are, and how soon a container of the sample project takes work.
 */

const ROUNDS = unlessQuick(7, 2);
const MOST_ABOVE_BASE_MB = 220;
const MOST_START_S = 2;
const STARTED: readonly (readonly [api: string, image: ImageName])[] = [
  ['iris-classifier', 'python-predictor-cpu'],
  ['digit-reader', 'onnx-predictor-cpu'],
];

async function sizeOf({ docker }: Engine, image: string): Promise<number> {
  return Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image])) / 1e6;
}

async function printSize(engine: Engine, name: ImageName): Promise<void> {
  const { base } = IMAGES[name];
  const size = await sizeOf(engine, await ponsImage(engine, name));
  const above = size - (await sizeOf(engine, base));
  const target = { value: above, atMost: MOST_ABOVE_BASE_MB, unit: 'MB' };
  printLine({ title: `${name} above ${base}`, shown: `${above.toFixed(0)} MB`, target });
}

/** From the first `docker start` of a container until `/readyz` is 200, in ms. */
async function startOnce(engine: Engine, api: string, image: string): Promise<number> {
  const command = ['serve', '/mnt/project', '--in-container', '--api', api];
  const options = [...HARDENED, ...mounted(SAMPLE_PROJECT)];
  const container = await createContainer(engine, { image, options, command });
  try {
    const begin = performance.now();
    await container.start();
    await container.ready();
    return performance.now() - begin;
  } finally {
    await engine.docker(['rm', '--force', '--volumes', container.name]);
  }
}

async function printStart(engine: Engine, api: string, name: ImageName): Promise<void> {
  const image = await ponsImage(engine, name);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await startOnce(engine, api, image));
  const seconds = median(times) / 1000;
  const target = { value: seconds, atMost: MOST_START_S, unit: 's' };
  printLine({ title: `${api}: container start to ready`, shown: `${seconds.toFixed(2)} s`, target });
}

printHeading('Containers: the size of images, and their start');
const engine = await findEngine();
if (typeof engine === 'string') {
  printMissing('images', engine);
} else {
  try {
    for (const name of Object.keys(IMAGES) as ImageName[]) if (!name.endsWith('-gpu')) await printSize(engine, name);
    for (const [api, name] of STARTED) await printStart(engine, api, name);
  } finally {
    await cleanUpContainers(process.ppid);
  }
}
