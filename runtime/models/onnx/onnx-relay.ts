import type { Packet } from '../../../bridge/node/connection.ts';
import { methodNotFound } from '../../../bridge/node/messages.ts';
import { up } from '../../../bridge/node/methods.ts';
import type { ModelPredictResult, OnnxDescribeResult, OnnxListResult } from '../../../bridge/node/tensors.ts';
import type { LoadedModels } from '../loaded-models.ts';
import type { ModelRelay } from '../model-relay.ts';
import { untilAborted } from './cancelled.ts';
import type { ModelThreads } from './model-threads.ts';
import type { OnnxModel } from './onnx-model.ts';
import { describeParams, predictParams } from './params.ts';
import { UnloadableModel } from './unloadable-model.ts';

const NO_BODY = Buffer.alloc(0);

/** Answers `onnx/describe`, `onnx/predict` and `onnx/list` for the processes of one API. */
export class OnnxRelay implements ModelRelay {
  readonly ready: Promise<void>;
  readonly #models: LoadedModels<OnnxModel>;
  readonly #threads: ModelThreads;

  /** @param threads those that `models` are on; both belong to the relay from now on. */
  constructor(models: LoadedModels<OnnxModel>, threads: ModelThreads) {
    this.#models = models;
    this.#threads = threads;
    this.ready = models.preload().catch((error: unknown) => {
      throw error instanceof UnloadableModel ? error.known : error;
    });
    // Whoever waits for it is told; nobody need wait.
    this.ready.catch(() => undefined);
  }

  async answer(method: string, { value, body }: Packet, signal: AbortSignal): Promise<Packet> {
    switch (method) {
      case up.onnxPredict:
        return await this.#predict(value, body, signal);
      case up.onnxDescribe:
        return { value: await untilAborted(this.#describe(value), signal), body: NO_BODY };
      case up.onnxList:
        return { value: { models: this.#models.list() } satisfies OnnxListResult, body: NO_BODY };
      default:
        throw methodNotFound(method);
    }
  }

  async close(): Promise<void> {
    await this.#models.close();
    await this.#threads.close();
  }

  async #predict(value: unknown, body: Buffer, signal: AbortSignal): Promise<Packet<ModelPredictResult>> {
    const { model: handle, inputs, outputs } = predictParams(value);
    const answer = await this.#models.use(handle, (model) => model.run(inputs, body, outputs, signal));
    return { value: { outputs: answer.outputs }, body: answer.body };
  }

  async #describe(value: unknown): Promise<OnnxDescribeResult> {
    const { name, version } = describeParams(value);
    const { handle, version: meant, model } = await this.#models.describe(name, version);
    return {
      model: handle,
      name: meant.name,
      version: meant.version,
      inputs: model.inputs,
      outputs: model.outputs,
    };
  }
}
