import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../containers/engine.ts';
import { defaultPython } from '../pythons.ts';
import { makeTempDir } from '../temp-dir.ts';
import { installTensorflow, type Tensorflow } from './installed.ts';

const STAND_IN = fileURLToPath(new URL('.', import.meta.url));
/** Of the base image that the stand-in runs in. */
const PYTHON = '3.11';

const PREDICTOR = `
import os


class TensorFlowPredictor:
    def __init__(self, tensorflow_client, config):
        self.client = tensorflow_client

    def predict(self, payload):
        shm = os.statvfs("/dev/shm")
        return {"y": list(self.client.predict(payload)["y"]), "shm": shm.f_blocks * shm.f_frsize}
`;

/** TensorFlow Serving as a container runs it. */
export interface ServingImage {
  readonly image: string;
  /** By their place in a container, the folders of this machine that its program needs: TensorFlow is large. */
  readonly folders: Readonly<Record<string, string>>;
  readonly tensorflow: Tensorflow;
}

/** Makes an image with a `tensorflow_model_server`, the stand-in; or tells why it cannot run, in words that begin with "TensorFlow Serving". */
export async function servingImage({ docker, prefix }: Engine): Promise<ServingImage | string> {
  if (defaultPython.version !== PYTHON)
    return `TensorFlow Serving in a container: its stand-in is installed for Python ${defaultPython.version} here`;
  const tensorflow = await installTensorflow();
  const image = `${prefix}/serving:1`;
  const program = '#!/bin/sh\\nexec env PYTHONPATH=/opt/tensorflow python3 -B /opt/stand-in/server.py "$@"\\n';
  const lines = [
    `FROM python:${PYTHON}-slim-bookworm`,
    `RUN printf '${program}' > /usr/bin/tensorflow_model_server && chmod 755 /usr/bin/tensorflow_model_server`,
  ];
  await docker(['build', '--quiet', '--tag', image, '-'], { input: lines.join('\n') });
  const packages = join(tensorflow.python, '../../lib', `python${PYTHON}`, 'site-packages');
  return { image, folders: { '/opt/tensorflow': packages, '/opt/stand-in': STAND_IN }, tensorflow };
}

/** A project whose API `scaled` has that image run a model of its own, which doubles; `more` are further fields of its predictor, a line each. */
export function makeScaledProject({ image, tensorflow }: ServingImage, more: readonly string[]): string {
  const project = join(makeTempDir(), 'serving');
  mkdirSync(project);
  const predictor = [
    'type: tensorflow',
    'path: scaled.py',
    'models: {path: models/scale}',
    `tensorflow_serving_image: ${image}`,
    ...more,
  ];
  writeFileSync(
    join(project, 'cortex.yaml'),
    `- name: scaled\n  kind: AsyncAPI\n  predictor:\n${predictor.map((line) => `    ${line}\n`).join('')}`,
  );
  writeFileSync(join(project, 'scaled.py'), PREDICTOR);
  cpSync(join(tensorflow.models, 'scale'), join(project, 'models/scale'), { recursive: true });
  return project;
}
