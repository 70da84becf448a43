import type { OnnxOutputSpec, Tensor } from '../../../bridge/node/tensors.ts';
import type { ModelErrorCode } from '../model-error.ts';

export type Provider = 'cpu' | 'cuda';

/**
 * `UNLOADABLE`: the message goes behind the path of the model. `PROVIDER`: it says why the execution provider cannot be used. Others: it is one
 * sentence that names the model.
 */
export type CallErrorCode = ModelErrorCode | 'UNLOADABLE' | 'PROVIDER';

export interface SessionOptions {
  /** How many threads compute one call, the model's own included. */
  readonly threads: number;
  readonly provider: Provider;
}

/** What a model takes and gives. */
export interface ModelSpec {
  readonly inputs: readonly OnnxOutputSpec[];
  readonly outputs: readonly OnnxOutputSpec[];
}

export interface LoadOrder {
  readonly kind: 'load';
  /** Absolute. */
  readonly path: string;
  /** How the model is called in errors. */
  readonly label: string;
  readonly options: SessionOptions;
}

export interface RunOrder {
  readonly kind: 'run';
  readonly inputs: readonly Tensor[];
  /** null: all. */
  readonly outputs: readonly string[] | null;
  /** Holds the inputs, each at the next multiple of 8; belongs to the thread from now on. */
  readonly body: ArrayBuffer;
}

export interface ReleaseOrder {
  readonly kind: 'release';
}

export type Order = LoadOrder | RunOrder | ReleaseOrder;

/** To a model thread. `call` is what its answer is known by; `session` stands for one loaded model, and is chosen by whoever orders it to be loaded. */
export interface ToThread {
  readonly call: number;
  readonly session: number;
  readonly order: Order;
}

/** `body` is null where none belongs to the answer. */
export type FromThread =
  | { readonly call: number; readonly result: ModelSpec | readonly Tensor[] | null; readonly body: ArrayBuffer | null }
  | { readonly call: number; readonly code: CallErrorCode; readonly message: string };
