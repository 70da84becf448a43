import { codes } from '../../../bridge/node/codes.ts';
import type { Packet } from '../../../bridge/node/connection.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';
import { up } from '../../../bridge/node/methods.ts';
import type {
  DescribeParams,
  Dimension,
  ElementType,
  MapSpec,
  OnnxOutputSpec,
  OnnxPredictParams,
} from '../../../bridge/node/tensors.ts';
import { titleOf } from '../../../runtime/models/model-version.ts';
import { type FilledTensor, readBody, writeBody } from './tensor-body.ts';

/** A model that is a function of its inputs; without one it answers with them. */
export interface PeerModel {
  readonly version?: string;
  readonly inputs: readonly OnnxOutputSpec[];
  readonly outputs?: readonly OnnxOutputSpec[];
  readonly defaults?: readonly string[];
  readonly run?: (inputs: readonly FilledTensor[]) => readonly FilledTensor[];
}

export function spec(
  name: string,
  type: ElementType,
  shape: readonly Dimension[] | null,
  map: MapSpec | null = null,
): OnnxOutputSpec {
  return { name, type, shape, map };
}

/** The supervisor's end of model calls, for both kinds. Whoever puts another model in place of one changes what its name means. */
export class ModelPeer {
  readonly models: Map<string, PeerModel>;
  /** What is answered to `onnx/list` and `tensorflow/list`. */
  list: object = {};
  readonly asked: { readonly method: string; readonly value: unknown }[] = [];
  /** Called before a predict is answered. */
  before: (signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  /** Whether any name means the one model `_cortex_default`. */
  isSingle = false;
  /** Where descriptions say that predicts are answered. */
  lane: string | null = null;
  /** What is answered to `onnx/ended`, for each time. */
  readonly reasons: string[] = [];
  /** Whether the calls that are asked for then had been begun. */
  hasBegun = true;
  readonly #numbers = new Map<PeerModel, number>();

  constructor(models: Readonly<Record<string, PeerModel>>) {
    this.models = new Map(Object.entries(models));
  }

  /** What a connection is to call for each request. */
  readonly requested = async (method: string, packet: Packet, signal: AbortSignal): Promise<Packet> => {
    this.asked.push({ method, value: packet.value });
    switch (method) {
      case up.onnxDescribe:
      case up.tensorflowDescribe:
        return { value: null, body: Buffer.from(JSON.stringify(this.#describe(packet.value as DescribeParams))) };
      case up.onnxList:
      case up.tensorflowList:
        return { value: null, body: Buffer.from(JSON.stringify(this.list)) };
      case up.onnxEnded:
        return {
          value: null,
          body: Buffer.from(JSON.stringify({ reason: this.reasons.shift() ?? null, begun: this.hasBegun })),
        };
      default:
        await this.before(signal);
        return this.#predict(packet as Packet<OnnxPredictParams>);
    }
  };

  /** How often `method` was asked for. */
  count(method: string): number {
    return this.asked.filter((request) => request.method === method).length;
  }

  #describe({ name, version }: DescribeParams): object {
    const known = name === null || this.isSingle ? '_cortex_default' : name;
    const model = this.models.get(known);
    if (model === undefined || (version !== 'latest' && version !== (model.version ?? '1'))) {
      throw unusable(`no version ${version} of a model ${known}; there is ${[...this.models.keys()].join(', ')}`);
    }
    if (!this.#numbers.has(model)) this.#numbers.set(model, this.#numbers.size + 1);
    return {
      model: this.#numbers.get(model),
      name: known,
      version: model.version ?? '1',
      title: titleOf(known, model.version ?? '1'),
      inputs: model.inputs,
      outputs: model.outputs ?? model.inputs,
      defaults: model.defaults ?? [],
      lane: this.lane,
      providers: ['CPUExecutionProvider'],
    };
  }

  #predict({ value, body }: Packet<OnnxPredictParams>): Packet {
    const model = [...this.models.values()].find((each) => this.#numbers.get(each) === value.model);
    if (model === undefined) {
      throw new BridgeError({ code: codes.MODEL_CHANGED, message: 'the model is another one now', data: null });
    }
    const inputs = readBody(value.inputs, body);
    const all = model.run === undefined ? inputs : model.run(inputs);
    const wanted = value.outputs ?? all.map(({ tensor }) => tensor.name);
    const outputs = wanted.map((name) => {
      const found = all.find(({ tensor }) => tensor.name === name);
      if (found !== undefined) return found;
      throw new BridgeError({ code: codes.TENSOR_INVALID, message: `no output ${name}`, data: null });
    });
    return { value: { outputs: outputs.map(({ tensor }) => tensor) }, body: writeBody(outputs) };
  }
}

function unusable(message: string): BridgeError {
  return new BridgeError({ code: codes.MODEL_UNUSABLE, message, data: null });
}
