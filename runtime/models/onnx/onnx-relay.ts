import { setTimeout as pause } from 'node:timers/promises';
import type { Packet } from '../../../bridge/node/connection.ts';
import { methodNotFound } from '../../../bridge/node/messages.ts';
import { up } from '../../../bridge/node/methods.ts';
import type {
  ModelPredictResult,
  OnnxDescribeResult,
  OnnxEndedResult,
  OnnxListResult,
} from '../../../bridge/node/tensors.ts';
import { inBody } from '../in-body.ts';
import type { LoadedModels } from '../loaded-models.ts';
import type { ModelRelay } from '../model-relay.ts';
import { describeVersion } from '../model-version.ts';
import { describeParams, onnxEndedParams, onnxPredictParams } from '../params.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Provider } from './exchange.ts';
import type { ModelProcesses } from './model-processes.ts';
import type { OnnxModel } from './onnx-model.ts';
import { describeEnd } from './process-failure.ts';

export interface OnnxRelayOptions {
  readonly models: LoadedModels<OnnxModel>;
  /** Those that `models` are on. */
  readonly processes: ModelProcesses;
  /** Whether models are loaded at their first call only, and make room for each other. */
  readonly isCaching: boolean;
  readonly provider: Provider;
}

/** What onnxruntime calls them. */
const PROVIDER_NAMES: Readonly<Record<Provider, readonly string[]>> = {
  cpu: ['CPUExecutionProvider'],
  cuda: ['CUDAExecutionProvider', 'CPUExecutionProvider'],
};
/** How long a process may go on with what it is at when the API stops. */
const RELEASE_MS = 1000;

/** Answers `onnx/describe`, `onnx/predict` and `onnx/list` for the processes of one API. */
export class OnnxRelay implements ModelRelay {
  readonly ready: Promise<void>;
  readonly #options: OnnxRelayOptions;

  /** @param options what it serves, which belongs to the relay from now on */
  constructor(options: OnnxRelayOptions) {
    this.#options = options;
    this.ready = options.models.preload();
    // Whoever waits for it is told; nobody need wait.
    this.ready.catch(() => undefined);
  }

  async answer(method: string, { value, body }: Packet, signal: AbortSignal): Promise<Packet> {
    switch (method) {
      case up.onnxPredict:
        return await this.#predict(value, body, signal);
      case up.onnxDescribe:
        return inBody(await untilAborted(this.#describe(value, signal), signal));
      case up.onnxEnded:
        return inBody(await this.#whyEnded(value, signal));
      case up.onnxList:
        return inBody(this.#list());
      default:
        throw methodNotFound(method);
    }
  }

  async close(): Promise<void> {
    const { models, processes } = this.#options;
    const released = models.close();
    // A model is released behind what its process is at, which may never end.
    await Promise.race([released, pause(RELEASE_MS, undefined, { ref: false })]);
    await processes.close();
    await released;
  }

  async #predict(value: unknown, body: Buffer, signal: AbortSignal): Promise<Packet<ModelPredictResult>> {
    const { model: handle, inputs, outputs } = onnxPredictParams(value);
    const answer = await this.#options.models.use(handle, (model) => model.run(inputs, body, outputs, signal));
    return { value: { outputs: answer.outputs }, body: answer.body };
  }

  async #whyEnded(value: unknown, signal: AbortSignal): Promise<OnnxEndedResult> {
    const { model: handle, lane, caller, id } = onnxEndedParams(value);
    const { models, processes } = this.#options;
    const end = await processes.whyEnded(lane, signal);
    if (end === null) return { reason: null, begun: true };
    // What the handle stood for may have been exchanged or released since.
    const reason = describeEnd(models.find(handle)?.label ?? 'the model', end);
    return { reason, begun: id !== null && end.mayHaveBegun({ caller, id }) };
  }

  #list(): OnnxListResult {
    return { models: this.#options.models.list(), caching: this.#options.isCaching };
  }

  async #describe(value: unknown, signal: AbortSignal): Promise<OnnxDescribeResult> {
    const { name, version } = describeParams(value);
    const { handle, version: meant, model } = await this.#options.models.describe(name, version);
    return {
      model: handle,
      name: meant.name,
      version: meant.version,
      title: describeVersion(meant),
      inputs: model.inputs,
      outputs: model.outputs,
      defaults: model.defaults,
      lane: await model.lane(signal),
      providers: PROVIDER_NAMES[this.#options.provider],
    };
  }
}
