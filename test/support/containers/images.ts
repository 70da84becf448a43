import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from '../alone.ts';
import type { Engine } from './engine.ts';
import { lockOf } from './uses.ts';

/** The checkout, which images are built from. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The images of `images/`: by folder, the base that the tests build it on, and the build arguments that say so. */
export const IMAGES = {
  'python-predictor-cpu': { base: 'python:3.11-slim-bookworm', arguments: [] },
  'onnx-predictor-cpu': { base: 'python:3.11-slim-bookworm', arguments: [] },
  'tensorflow-predictor': { base: 'python:3.11-slim-bookworm', arguments: [] },
  gateway: { base: 'debian:bookworm-slim', arguments: [] },
  // CUDA's own base is a few gigabytes, and nothing of it could be run without a GPU.
  'python-predictor-gpu': { base: 'debian:bookworm-slim', arguments: ['CUDA_IMAGE=debian:bookworm-slim'] },
  'onnx-predictor-gpu': {
    base: 'debian:bookworm-slim',
    arguments: ['CUDA_IMAGE=debian:bookworm-slim', 'ONNXRUNTIME_NODE_INSTALL=skip'],
  },
} as const;

export type ImageName = keyof typeof IMAGES;

/** The version of Pons, which its images have as tag. */
export const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;

/** The name of an image of `images/`, which is built where this run of the tests has not done it yet. */
export async function ponsImage(engine: Engine, name: ImageName): Promise<string> {
  const tag = `${engine.prefix}/${name}:${VERSION}`;
  const given = IMAGES[name].arguments.flatMap((argument) => ['--build-arg', argument]);
  const dockerfile = join(ROOT, 'images', name, 'Dockerfile');
  await madeOnce(engine, tag, ['--file', dockerfile, ...given, ROOT]);
  return tag;
}

/** The name of an image with Debian's Redis, which keeps its append-only file in `/data`, whoever runs it. */
export async function redisImage(engine: Engine): Promise<string> {
  const tag = `${engine.prefix}/redis:latest`;
  const dockerfile = [
    'FROM debian:bookworm-slim',
    'RUN apt-get update && apt-get install -y --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/* && install -d -m 0777 /data',
    'VOLUME /data',
    'CMD ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--dir", "/data", "--appendonly", "yes", "--save", ""]',
  ];
  await madeOnce(engine, tag, ['-'], dockerfile.join('\n'));
  return tag;
}

/** Test files run beside one another: the second one waits for what the first one builds. */
async function madeOnce(engine: Engine, tag: string, args: readonly string[], input = ''): Promise<void> {
  await alone(lockOf(tag.replaceAll(/[/:]/g, '-')), async () => {
    const isThere = await engine.docker(['image', 'inspect', tag]).catch(() => null);
    // The steps of a build reach package registries as this machine does.
    if (isThere === null) await engine.docker(['build', '--network', 'host', '--tag', tag, ...args], { input });
  });
}
