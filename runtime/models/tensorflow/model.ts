import { packedBytes, type TensorBytes } from '../../../bridge/node/tensor-body.ts';
import type { TensorflowSignature, TensorSpec } from '../../../bridge/node/tensors.ts';
import type { Releasable } from '../held-model.ts';
import { ModelError } from '../model-error.ts';
import { titleOf } from '../model-version.ts';
import { withEither } from '../until-aborted.ts';
import { persist, type Served } from './persist.ts';
import type { CallLimits } from './model-server.ts';
import { signatureError } from './signature-error.ts';
import { chooseSignature, type ChosenSignature, type SignatureDefMap } from './signatures.ts';
import { tensorMessage } from './tensor-request.ts';

export interface OpenModelOptions {
  readonly served: Served;
  readonly limits: CallLimits;
  /** The signature that the configuration names; null: none. */
  readonly signatureKey: string | null;
  /** Absolute; empty where an external server has the files. */
  readonly diskPath: string;
  /** How errors that are in its files name it; null: as it is on the server. */
  readonly title: string | null;
  /** Aborted when nothing can be called any more. */
  readonly closed: AbortSignal;
  /** Makes the server give it up. */
  readonly release: () => Promise<void>;
}

/** One version of a model that a server has available, by the signature that predictors call. */
export class TensorflowModel implements Releasable {
  readonly diskPath: string;
  readonly signatureKey: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly #options: OpenModelOptions;
  readonly #chosen: ChosenSignature;
  #isReleased = false;

  private constructor(options: OpenModelOptions, chosen: ChosenSignature) {
    this.#options = options;
    this.#chosen = chosen;
    this.diskPath = options.diskPath;
    this.signatureKey = chosen.key;
    this.inputs = chosen.signature.inputs.map(plainSpec);
    this.outputs = chosen.signature.outputs.map(plainSpec);
  }

  /** Asks the server for the model's signatures. Rejects with `ModelError`. */
  static async open(options: OpenModelOptions): Promise<TensorflowModel> {
    const { served, limits, signatureKey, closed } = options;
    const message = await persist(served, limits, closed, (channel, call) => channel.signatures(served.spec, call));
    try {
      return new TensorflowModel(options, chooseSignature(message as SignatureDefMap, signatureKey));
    } catch (error) {
      throw error instanceof RangeError ? signatureError(options.title ?? titleIn(served), error) : error;
    }
  }

  /** All signatures that can be called, by key. */
  get signatures(): Readonly<Record<string, TensorflowSignature>> {
    const plain = Object.entries(this.#chosen.all).map(([key, { inputs, outputs, methodName }]) => {
      return [key, { inputs, outputs, methodName }] as const;
    });
    return Object.fromEntries(plain);
  }

  /** The outputs, by name. Rejects with `ModelError`, or at once with the reason of `signal`. */
  async predict(inputs: readonly TensorBytes[], signal: AbortSignal): Promise<TensorBytes[]> {
    const { served, limits, closed } = this.#options;
    const request = {
      model_spec: { ...served.spec, signature_name: this.signatureKey },
      inputs: Object.fromEntries(inputs.map((tensor) => [tensor.name, this.#message(tensor)])),
    };
    try {
      const outputs = await withEither(signal, closed, (either) => {
        return persist(served, limits, either, (channel, call) => channel.predict(request, call));
      });
      packedBytes(outputs);
      return outputs;
    } catch (error) {
      throw error instanceof RangeError ? new ModelError('MODEL_UNUSABLE', sentenceOf(served, error)) : error;
    }
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  release(): Promise<void> {
    this.#isReleased = true;
    return this.#options.release();
  }

  #message(tensor: TensorBytes): ReturnType<typeof tensorMessage> {
    try {
      return tensorMessage(tensor, this.#dtypeOf(tensor));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const { name, version } = this.#options.served;
      throw new ModelError(
        'TENSOR_INVALID',
        `${titleOf(name, version)} was given an input that is none: ${error.message}`,
      );
    }
  }

  /** What the signature says, where the tensor is of that type on the bridge; else the model is to refuse it by its own words. */
  #dtypeOf({ name, type }: TensorBytes): number | null {
    const declared = this.inputs.find((input) => input.name === name);
    return declared?.type === type ? (this.#chosen.signature.inputTypes.get(name) ?? null) : null;
  }
}

/** All that those who call a model need. */
function plainSpec({ name, type, shape }: TensorSpec): TensorSpec {
  return { name, type, shape };
}

function sentenceOf(served: Served, error: RangeError): string {
  return `${titleIn(served)} ${error.message}`;
}

function titleIn({ server, name, version }: Served): string {
  return `${titleOf(name, version)} on ${server.address}`;
}
