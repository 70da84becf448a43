/*
 * Hazard: `onnxruntime-node` looks asynchronous, but creates and runs a session on the thread that asks, which then does nothing else.
 * Remedy: only the processes of `worker.ts` load it. There its inner, synchronous interface is used: a tenth of the time of a small call is saved,
 * and what a model declares is seen before the library makes sense of it. Precondition: the exact version of package.json.
 */

import type { Tensor } from 'onnxruntime-node';
import type { Binding } from 'onnxruntime-node/dist/binding.js';
import type { AvailableProvider } from './provider.ts';

export type Session = Binding.InferenceSession;
export type SessionMetadata = Binding.ValueMetadata;
export type OnnxTensor = Tensor;

export interface Library {
  readonly Tensor: typeof Tensor;
  readonly InferenceSession: Binding.InferenceSessionConstructor;
  readonly providers: readonly AvailableProvider[];
}

/** Loads the library into this process, the first time. */
export async function loadLibrary(): Promise<Library> {
  // From Node 24 on there is a Float16Array, which the library takes for float16 tensors in one place and refuses in another.
  Reflect.deleteProperty(globalThis, 'Float16Array');
  const { env, Tensor } = await import('onnxruntime-node');
  // It writes its log to stderr, past ours; whatever matters is in its errors.
  env.logLevel = 'fatal';
  const { binding, initOrt } = await import('onnxruntime-node/dist/binding.js');
  initOrt();
  return { Tensor, InferenceSession: binding.InferenceSession, providers: binding.listSupportedBackends() };
}
