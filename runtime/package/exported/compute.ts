import type { ApiSpec } from '../../config/spec.ts';
import { MAX_PROCESSES } from '../../models/onnx/model-processes.ts';

/** What one container of an API gets of its `compute`. */
export interface Share {
  readonly cpuMillis: number;
  /** null: as much as there is. */
  readonly memory: Memory | null;
  readonly gpu: number;
}

interface Memory {
  /** What is set aside for it. */
  readonly requestBytes: number;
  /** What it may use. */
  readonly limitBytes: number;
}

const MIB = 1024 ** 2;

/**
 * `compute.mem` is for the processes of predictors, and Pons is no part of that: some 110 MiB for itself (with the shell that watches over processes, and
 * Node.js once more for a moment, where an engine asks whether it is well), 100 MiB for the largest body that is permitted, and as much for results that
 * wait for room in Redis.
 */
export const PONS_ROOM_BYTES = 324 * MIB;
/** A process of ONNX Runtime before it has a model, and the memory that a first run of a small one takes. */
const ONNX_PROCESS_BYTES = 64 * MIB;
/** A model is there twice for a while: as it is read, and as it is laid out to be run. */
const ONNX_MODEL_FACTOR = 2;

/** The models of an API, as far as they are known. */
export interface ModelSizes {
  readonly bytes: number;
  readonly count: number;
}

/** What the predictor's container gets, and that of its TensorFlow Serving, where there is one. */
export function shareOf({ predictor, compute }: ApiSpec, models: ModelSizes): { predictor: Share; serving: Share } {
  const { cpuMillis, memBytes, gpu } = compute;
  const own = memoryOf(memBytes, memBytes, PONS_ROOM_BYTES + (predictor.type === 'onnx' ? onnxBytes(models) : 0));
  const none: Share = { cpuMillis: 0, memory: null, gpu: 0 };
  if (predictor.type !== 'tensorflow') return { predictor: { cpuMillis, memory: own, gpu }, serving: none };
  // As in Cortex, half is set aside for each, and the GPUs are for the models. What the predictors may use is no less for that: Pons holds them to it.
  const cpu = Math.floor(cpuMillis / 2);
  const half = memBytes === null ? null : Math.floor(memBytes / 2);
  return {
    predictor: {
      cpuMillis: cpuMillis - cpu,
      memory: memoryOf(memBytes === null || half === null ? null : memBytes - half, memBytes, PONS_ROOM_BYTES),
      gpu: 0,
    },
    serving: { cpuMillis: cpu, memory: memoryOf(half, memBytes, 0), gpu },
  };
}

function onnxBytes({ bytes, count }: ModelSizes): number {
  return Math.min(Math.max(1, count), MAX_PROCESSES) * ONNX_PROCESS_BYTES + ONNX_MODEL_FACTOR * bytes;
}

function memoryOf(request: number | null, limit: number | null, room: number): Memory | null {
  return request === null || limit === null ? null : { requestBytes: request + room, limitBytes: limit + room };
}
