import { toConfigMap } from '../config-value.ts';
import { parseQuantity, toUnits } from '../quantity.ts';
import { environment } from './environment.ts';
import { models } from './models.ts';
import { dependencyFile, importFolder, pythonFile } from './paths.ts';
import { choice, image, integer, quantity } from './scalars.ts';
import { type Field, reportUnexpected, section } from './field.ts';
import type { ConfigValue, LogLevel, PredictorType } from '../spec.ts';

const types: readonly PredictorType[] = ['python', 'tensorflow', 'onnx'];
const levels: readonly LogLevel[] = ['debug', 'info', 'warning', 'error'];
const ONE_BYTE = parseQuantity('1') ?? 1n;

function configuration(): Field<{ readonly [key: string]: ConfigValue }> {
  const expects = 'a map of values for the constructor';
  return {
    expects,
    required: false,
    actedOn: true,
    fields: null,
    absent: () => ({}),
    read: (node, path, reading) => {
      if (node.kind === 'scalar' && node.value === null) return {};
      if (node.kind !== 'map') return reportUnexpected(node, path, expects, reading);
      return toConfigMap(node.entries, path, reading.report);
    },
  };
}

/** `predictor`. */
export const predictor = section(
  {
    type: choice<PredictorType>(types, 'python', { actedOn: true }),
    path: pythonFile(),
    config: configuration(),
    python_path: importFolder(),
    env: environment(),
    log_level: choice<LogLevel>(levels, 'info', { fallback: 'info', actedOn: true }),
    image: image(),
    tensorflow_serving_image: image(),
    dependencies: section({
      pip: dependencyFile('requirements.txt'),
      conda: dependencyFile('conda-packages.txt'),
      shell: dependencyFile('dependencies.sh'),
    }),
    models,
    shm_size: quantity('a quantity above 0 such as 64Mi or 1Gi', ONE_BYTE, toUnits, { fallback: null, actedOn: true }),
    processes_per_replica: integer({ min: 1, max: 100, fallback: 1, actedOn: true }),
    threads_per_process: integer({ min: 1, fallback: 1, actedOn: true }),
  },
  { required: true },
);
