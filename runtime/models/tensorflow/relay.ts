import type { Packet } from '../../../bridge/node/connection.ts';
import { codes } from '../../../bridge/node/codes.ts';
import { BridgeError, methodNotFound } from '../../../bridge/node/messages.ts';
import { up } from '../../../bridge/node/methods.ts';
import { packTensors, unpackTensors, type TensorBytes } from '../../../bridge/node/tensor-body.ts';
import type {
  TensorflowDescribeResult,
  TensorflowListResult,
  TensorflowPredictParams,
} from '../../../bridge/node/tensors.ts';
import { inBody } from '../in-body.ts';
import type { LoadedModels } from '../loaded-models.ts';
import type { ModelRelay } from '../model-relay.ts';
import { titleOf } from '../model-version.ts';
import { describeParams, tensorflowPredictParams } from '../params.ts';
import { untilAborted } from '../until-aborted.ts';
import type { TensorflowModel } from './model.ts';
import type { TensorflowServing } from './serving.ts';

export interface TensorflowRelayOptions {
  readonly serving: TensorflowServing;
  /** Whether models are loaded at their first call only, and make room for each other. */
  readonly isCaching: boolean;
  /** Makes what keeps the models in memory, from how one gets there. */
  readonly openModels: (load: TensorflowServing['load']) => LoadedModels<TensorflowModel>;
}

/** Answers what TensorFlow predictors ask about their models, from a TensorFlow Serving. */
export class TensorflowRelay implements ModelRelay {
  readonly ready: Promise<void>;
  readonly #serving: TensorflowServing;
  readonly #isCaching: boolean;
  readonly #models: LoadedModels<TensorflowModel>;
  /** What is in memory, for those who list it: to ask for it would load it. */
  readonly #loaded = new Map<string, TensorflowModel>();

  constructor({ serving, isCaching, openModels }: TensorflowRelayOptions) {
    this.#serving = serving;
    this.#isCaching = isCaching;
    this.#models = openModels(async (local) => {
      const model = await serving.load(local);
      for (const [id, other] of this.#loaded) if (other.isReleased) this.#loaded.delete(id);
      this.#loaded.set(idOf(local.name, local.version), model);
      return model;
    });
    this.ready = this.#models.preload();
    // Whoever starts the API awaits it; a close may come first.
    this.ready.catch(() => undefined);
  }

  async answer(method: string, { value, body }: Packet, signal: AbortSignal): Promise<Packet> {
    switch (method) {
      case up.tensorflowDescribe:
        return inBody(await untilAborted(this.#describe(value, signal), signal));
      case up.tensorflowPredict:
        return this.#predict(value, body, signal);
      case up.tensorflowList:
        return inBody(this.#list());
      default:
        throw methodNotFound(method);
    }
  }

  async close(): Promise<void> {
    // First, so that nothing is unloaded one by one from a server that is about to end.
    await this.#serving.close();
    await this.#models.close();
  }

  async #describe(value: unknown, signal: AbortSignal): Promise<TensorflowDescribeResult> {
    const { name, version } = describeParams(value);
    await this.#serving.awaitModel(name, version, signal);
    const loaded = await this.#models.describe(name, version);
    const { inputs, outputs } = loaded.model;
    const { name: meant, version: number } = loaded.version;
    return { model: loaded.handle, name: meant, version: number, title: titleOf(meant, number), inputs, outputs };
  }

  async #predict(value: unknown, body: Buffer, signal: AbortSignal): Promise<Packet> {
    const { model, inputs } = tensorflowPredictParams(value);
    const tensors = unpacked(inputs, body);
    const outputs = await this.#models.use(model, (loaded) => loaded.predict(tensors, signal));
    const packed = packTensors(outputs);
    return { value: { outputs: packed.tensors }, body: packed.body };
  }

  #list(): TensorflowListResult {
    const entries = Object.entries(this.#models.list()).flatMap(([name, { versions, timestamps }]) => {
      return versions.map((version, index) => {
        const known = this.#loaded.get(idOf(name, version));
        const model = known?.isReleased ? undefined : known;
        const about = {
          diskPath: model?.diskPath ?? '',
          timestamp: timestamps[index] ?? 0,
          signatureKey: model?.signatureKey ?? null,
          signatures: model?.signatures ?? {},
        };
        return [idOf(name, version), about] as const;
      });
    });
    return { models: Object.fromEntries(entries), caching: this.#isCaching };
  }
}

function idOf(name: string, version: string): string {
  return `${name}-${version}`;
}

function unpacked(inputs: TensorflowPredictParams['inputs'], body: Buffer): TensorBytes[] {
  try {
    return unpackTensors(inputs, body);
  } catch (error) {
    throw new BridgeError({ code: codes.INVALID_PARAMS, message: String(error), data: null });
  }
}
