import { loadError } from '../load-failure.ts';
import { ModelError } from '../model-error.ts';
import { titleOf } from '../model-version.ts';
import { modelStates, type CallOptions, type ModelSpec, type ServingChannel } from './channel.ts';
import { STATUS_TIMEOUT_MS, type CallLimits, type ModelServer } from './model-server.ts';
import { pause } from './pause.ts';
import { ServingError, SilentServerError } from './serving-status.ts';

/** A version of a model on a server. */
export interface Served {
  readonly server: ModelServer;
  /** As the predictor knows it. */
  readonly name: string;
  readonly version: string;
  /** As the server knows it. */
  readonly spec: ModelSpec;
}

const FIRST_DELAY_MS = 20;
const MAX_DELAY_MS = 1000;
/** A call that ends with its connection this often is taken to be what ends it. */
const MAX_LOSSES = 3;

/**
 * Calls a model, again and with growing pauses while the server or the model is not there yet. Rejects with `ModelError` when the limits are reached or nothing
 * is to be hoped for, at once with the reason of `signal`, or as `act` does with anything but `ServingError`.
 */
export async function persist<T>(
  served: Served,
  limits: CallLimits,
  signal: AbortSignal,
  act: (channel: ServingChannel, options: CallOptions) => Promise<T>,
): Promise<T> {
  let delayMs = FIRST_DELAY_MS;
  let losses = 0;
  let surprises = 0;
  let failingSince: number | null = null;
  for (;;) {
    const beganAt = performance.now();
    const left = limits.retryMs - (failingSince === null ? 0 : beganAt - failingSince);
    let isAsked = false;
    try {
      const channel = await served.server.channel(left, signal);
      isAsked = true;
      return await act(channel, { timeoutMs: limits.callTimeoutMs, signal });
    } catch (error) {
      if (!(error instanceof ServingError)) throw error;
      // It has taken its time already, and may be what the server does not get over.
      if (error instanceof SilentServerError) throw failed(served, error, limits);
      if (error.wasLost) losses += 1;
      // A call that ran had its time; what is limited is how long there is nobody to run it.
      if (failingSince === null || error.wasLost) failingSince = isAsked ? performance.now() : beganAt;
      if (losses >= MAX_LOSSES) throw failed(served, error, limits);
      const outlook = await outlookOf(served, error, signal);
      if (outlook === 'final') throw failed(served, error, limits);
      if (outlook instanceof ServingError) throw failed(served, outlook, limits);
      if (outlook === 'surprise' && ++surprises > 1) throw failed(served, error, limits);
      if (performance.now() + delayMs - failingSince > limits.retryMs) throw failed(served, error, limits);
    }
    await pause(delayMs * (0.5 + Math.random() / 2), signal);
    delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
  }
}

/** What to expect of another try: nothing, for a known reason; that it may do; or that what was said does not agree with the model's state. */
async function outlookOf(
  { server, spec }: Served,
  { status }: ServingError,
  signal: AbortSignal,
): Promise<'final' | 'hopeful' | 'surprise' | ServingError> {
  if (status === 'UNAVAILABLE' || status === 'ABORTED') return 'hopeful';
  if (status !== 'NOT_FOUND' && status !== 'FAILED_PRECONDITION') return 'final';
  try {
    // Also what a model itself runs into is told in these.
    const channel = await server.channel(0, signal);
    const [found] = await channel.status(spec, { timeoutMs: STATUS_TIMEOUT_MS, signal });
    if (found?.state === modelStates.AVAILABLE) return status === 'NOT_FOUND' ? 'surprise' : 'final';
    const reason = found?.status?.error_message ?? '';
    if (found?.state === modelStates.END && reason !== '')
      return new ServingError('FAILED_PRECONDITION', reason, false);
    return 'hopeful';
  } catch (error) {
    if (!(error instanceof ServingError)) throw error;
    return 'hopeful';
  }
}

function failed({ server, name, version }: Served, error: ServingError, limits: CallLimits): ModelError {
  const title = titleOf(name, version);
  const place = `on ${server.address}`;
  const { status } = error;
  if (status === 'INVALID_ARGUMENT' || status === 'OUT_OF_RANGE') {
    return new ModelError('TENSOR_INVALID', `${title} ${place} refused its inputs: ${error.text}`);
  }
  const text = `${title} ${place} ${fateOf(error, limits)}: ${error.text}`;
  return loadError('PONS_ERR_MODELS_TENSORFLOW_SERVING_FAILED', text, error);
}

function fateOf(error: ServingError, { callTimeoutMs, retryMs }: CallLimits): string {
  const { status, wasLost } = error;
  if (error instanceof SilentServerError) return 'was given up';
  if (status === 'DEADLINE_EXCEEDED') return `did not answer within ${callTimeoutMs / 1000} s`;
  if (wasLost) return 'was lost with each call';
  const isAbsent = status === 'UNAVAILABLE' || status === 'NOT_FOUND';
  return isAbsent ? `was not available within ${retryMs / 1000} s` : 'failed';
}
