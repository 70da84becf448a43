import type { ModelTree } from '../model-tree.ts';
import type { LocalModel } from '../model-version.ts';
import type { ServingChannel } from './channel.ts';
import type { TensorflowModel } from './model.ts';

/** A TensorFlow Serving, whoever has started it. */
export interface ModelServer {
  /** Where it is, for messages. */
  readonly address: string;
  /** The connection to it as it runs now, waited for where it restarts. Rejects with `ServingError` after `waitMs`, or with the reason of `signal`. */
  channel(waitMs: number, signal: AbortSignal): Promise<ServingChannel>;
}

/** A TensorFlow Serving with the models of one API. */
export interface TensorflowServing {
  /** What an external server has; null where the models are those of the API's own tree. */
  readonly tree: ModelTree | null;
  /** Makes a version callable. Rejects with `ModelError`. */
  readonly load: (model: LocalModel) => Promise<TensorflowModel>;
  /** Waits until the tree has what these mean, as long as that may still come. Rejects with `ModelError` where it does not. */
  awaitModel(name: string | null, version: string, signal: AbortSignal): Promise<void>;
  /** Ends all calls, and the server where it is ours. Models that are released later need nothing any more. */
  close(): Promise<void>;
}

/** How long calls go on. */
export interface CallLimits {
  /** One call, from its start to its answer. */
  readonly callTimeoutMs: number;
  /** How long a call that cannot be served now is tried again. */
  readonly retryMs: number;
}

/** The first is Cortex's own limit. */
export const DEFAULT_LIMITS: CallLimits = { callTimeoutMs: 300_000, retryMs: 30_000 };
