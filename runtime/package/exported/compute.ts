import type { ComputeSpec } from '../../config/spec.ts';

/** What one container of an API gets of its `compute`. */
export interface Share {
  readonly cpuMillis: number;
  /** null: as much as there is. */
  readonly memBytes: number | null;
  readonly gpu: number;
}

/** The predictor's container and that of its TensorFlow Serving, which share as they did in Cortex: half each, and the GPUs for the models. */
export function shareWithServing({ cpuMillis, memBytes, gpu }: ComputeSpec): { predictor: Share; serving: Share } {
  const cpu = Math.floor(cpuMillis / 2);
  const mem = memBytes === null ? null : Math.floor(memBytes / 2);
  return {
    predictor: {
      cpuMillis: cpuMillis - cpu,
      memBytes: memBytes === null || mem === null ? null : memBytes - mem,
      gpu: 0,
    },
    serving: { cpuMillis: cpu, memBytes: mem, gpu },
  };
}
