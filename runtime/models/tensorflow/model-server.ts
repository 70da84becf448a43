import type { ServingChannel } from './channel.ts';

/** A TensorFlow Serving, whoever has started it. */
export interface ModelServer {
  /** Where it is, for messages. */
  readonly address: string;
  /** The connection to it as it runs now, waited for where it restarts. Rejects with `ServingError` after `waitMs`, or with the reason of `signal`. */
  channel(waitMs: number, signal: AbortSignal): Promise<ServingChannel>;
}

/** A status is asked for beside calls that the model itself may hold up. */
export const STATUS_TIMEOUT_MS = 5000;

/** How long calls go on. */
export interface CallLimits {
  /** One call, from its start to its answer. */
  readonly callTimeoutMs: number;
  /** How long a call that cannot be served now is tried again. */
  readonly retryMs: number;
}

/** The first is Cortex's own limit. */
export const DEFAULT_LIMITS: CallLimits = { callTimeoutMs: 300_000, retryMs: 30_000 };
