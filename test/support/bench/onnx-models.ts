import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from './cached.ts';
import { pythonWith } from './venv.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/bench/onnx', import.meta.url));
const MAKE_MODELS = join(FIXTURES, 'make_models.py');

/** An interpreter with onnxruntime, onnx and NumPy. */
export function onnxPython(): Promise<string> {
  return pythonWith('onnx', join(FIXTURES, 'requirements.txt'));
}

/** The predictor that measures its own calls. */
export function measuringPredictor(): string {
  return readFileSync(join(FIXTURES, 'predictor.py'), 'utf8');
}

/** The folder of the benchmark's models, made the first time. */
export async function onnxModels(): Promise<string> {
  const python = await onnxPython();
  return cached('onnx-models', [readFileSync(MAKE_MODELS, 'utf8')], (draft) => {
    execFileSync(python, [MAKE_MODELS, draft], { stdio: 'inherit' });
  });
}
