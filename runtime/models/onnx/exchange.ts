import type { OnnxOutputSpec, Tensor, TensorSpec } from '../../../bridge/node/tensors.ts';

export type Provider = 'cpu' | 'cuda';

export interface SessionOptions {
  /** How many threads compute one call, the model's own included. */
  readonly threads: number;
  readonly provider: Provider;
}

/** What a model takes and gives. */
export interface SessionSpec {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly OnnxOutputSpec[];
  /** Names of the inputs that have a value in the file, in whose place onnxruntime-node takes no other. */
  readonly defaults: readonly string[];
}

/** What is known of a model that is loaded. */
export interface Loaded {
  readonly spec: SessionSpec;
  /** The path of the socket where its process answers those who call it; null where there is none. */
  readonly lane: string | null;
}

/** To be answered with `Loaded`. */
export interface LoadOrder {
  readonly kind: 'load';
  /** Absolute. */
  readonly path: string;
  /** What errors call that path. */
  readonly shown: string;
  /** How the model is called in errors. */
  readonly label: string;
  readonly options: SessionOptions;
}

/** To be answered with null. */
export interface ReleaseOrder {
  readonly kind: 'release';
}

/** To be answered with null: whoever orders it waits for what the process is at, or for its end. */
export interface PingOrder {
  readonly kind: 'ping';
}

export type Order = LoadOrder | ReleaseOrder | PingOrder;

/**
 * No order, and not answered: from now on calls by that handle are those of the session, or of none when it is withdrawn. Whoever sends it may tell others about
 * the handle right afterwards.
 */
export type Note = readonly [session: number, handle: number, isGiven: boolean];

/** To a model process, which answers orders in their order. `session` stands for one loaded model, and is chosen by whoever orders it to be loaded. */
export type ToProcess = readonly [session: number, order: Order] | Note;

/** `READY` comes once, before all answers. */
export type FromProcess =
  typeof READY | readonly [result: Loaded | null] | readonly [code: LoadErrorCode, message: string];

export const READY = 'ready';

/** What a session is called with. Asked for on the socket of the process, by the number of the session, as on a lane by a handle: `onnx/predict`. */
export interface RunParams {
  readonly inputs: readonly Tensor[];
  /** null: all. */
  readonly outputs: readonly string[] | null;
  /** Holds the inputs, each at the next multiple of 8; no longer the caller's. */
  readonly body: Buffer;
}

/**
 * `UNLOADABLE`, `TYPE_UNSERVABLE` and `DATA_UNUSABLE`: the message goes behind the path of the model. `DATA_MISSING`: it is the name of a file beside the model.
 * `LOCALE`: it is the name of the locale that the machine lacks. `UNREADABLE`: it is
 * the system's reason. `PROVIDER`: it says why the execution provider cannot be used. `LIBRARY`: why onnxruntime cannot be loaded. `THREADS`: what that said where
 * the system gave it no thread.
 */
export type LoadErrorCode =
  | 'UNLOADABLE'
  | 'TYPE_UNSERVABLE'
  | 'DATA_MISSING'
  | 'DATA_UNUSABLE'
  | 'LOCALE'
  | 'UNREADABLE'
  | 'PROVIDER'
  | 'LIBRARY'
  | 'THREADS';
