import { availableParallelism } from 'node:os';
import { LoadedModels } from '../loaded-models.ts';
import type { ModelRelay } from '../model-relay.ts';
import type { RelayOptions } from '../relay-options.ts';
import { openModelTree } from '../tree/open.ts';
import { ModelProcesses } from './model-processes.ts';
import { OnnxModel } from './onnx-model.ts';
import { OnnxRelay } from './onnx-relay.ts';
import { startModelProcess } from './start-model-process.ts';

/** The ONNX models of one API. Rejects as `openModelRelay` does. */
export async function openOnnxRelay(options: RelayOptions): Promise<ModelRelay> {
  const { models, cpuMillis, needsAll, logger, reaper } = options;
  const tree = await openModelTree({ ...options, type: 'onnx', reloadIntervalMs: models.reloadIntervalMs });
  const processes = new ModelProcesses({
    start: (lane, note) => startModelProcess({ lane }, { note, reaper }),
    laneDir: models.cacheSize === null ? options.laneDir : null,
    died: (sentence) => {
      logger.error(sentence);
    },
  });
  const session = { threads: computingThreads(cpuMillis), provider: models.executionProvider };
  const loaded = new LoadedModels({
    tree,
    load: (model) => OnnxModel.load(processes, model, session),
    cacheSize: models.cacheSize,
    diskCacheSize: models.diskCacheSize,
    needsAll,
    logger,
    handles: {
      given: (model, handle) => {
        model.give(handle);
      },
      withdrawn: (model, handle) => {
        model.withdraw(handle);
      },
    },
  });
  return new OnnxRelay({
    models: loaded,
    processes,
    isCaching: models.cacheSize !== null,
    provider: session.provider,
  });
}

/** A run has what all replicas together ask for, as long as the machine has it. */
function computingThreads(cpuMillis: number): number {
  return Math.min(Math.max(1, Math.ceil(cpuMillis / 1000)), availableParallelism());
}
