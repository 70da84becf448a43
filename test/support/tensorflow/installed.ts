import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from '../bench/cached.ts';
import { defaultPython } from '../pythons.ts';

const REQUIREMENTS = fileURLToPath(new URL('../../fixtures/tensorflow/requirements.txt', import.meta.url));
const MAKE_MODELS = fileURLToPath(new URL('make_models.py', import.meta.url));
const QUIET = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', PYTHONDONTWRITEBYTECODE: '' };

export interface Tensorflow {
  /** An interpreter that has TensorFlow and tensorflow-serving-api. */
  readonly python: string;
  /** The folder of the SavedModels of `make_models.py`. */
  readonly models: string;
}

/** Installs TensorFlow and makes the SavedModels, the first time (it takes a minute or two and the network). */
export async function installTensorflow(): Promise<Tensorflow> {
  const { executable, version } = defaultPython;
  const facts = [executable, version, readFileSync(REQUIREMENTS, 'utf8')];
  const python = pythonOf(await cached('tensorflow', facts, install));
  const scripts = [...facts, readFileSync(MAKE_MODELS, 'utf8')];
  const models = await cached('saved-models', scripts, (draft) => {
    execFileSync(python, [MAKE_MODELS, draft], { stdio: 'pipe', env: QUIET });
  });
  return { python, models };
}

function install(draft: string): void {
  execFileSync(defaultPython.executable, ['-m', 'venv', draft]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--no-compile'];
  execFileSync(pythonOf(draft), [...pip, '-r', REQUIREMENTS], { stdio: 'inherit' });
  // Compiled is what is imported, which is a seventh of it.
  execFileSync(pythonOf(draft), ['-c', 'import tensorflow, tensorflow_serving.apis.predict_pb2'], {
    env: QUIET,
    stdio: 'pipe',
  });
}

function pythonOf(folder: string): string {
  return join(folder, 'bin', 'python');
}
