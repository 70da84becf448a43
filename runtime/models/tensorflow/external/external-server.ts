import { formatServingAddress, type ServingAddress } from '../address.ts';
import { ServingChannel } from '../channel.ts';
import { STATUS_TIMEOUT_MS, type ModelServer } from '../model-server.ts';
import { ServingError } from '../serving-status.ts';

/** A TensorFlow Serving that somebody else has started. */
export class ExternalServer implements ModelServer {
  readonly address: string;
  readonly #silenceMs: number | undefined;
  #channel: Promise<ServingChannel>;

  /** Connects with the first call. `silenceMs` is as of the connection. */
  constructor(address: ServingAddress, silenceMs: number | undefined) {
    this.address = formatServingAddress(address);
    this.#silenceMs = silenceMs;
    this.#channel = this.#open();
  }

  async channel(_waitMs: number, signal: AbortSignal): Promise<ServingChannel> {
    signal.throwIfAborted();
    return await this.#channel;
  }

  /** Why nobody can be called as a TensorFlow Serving there; null where somebody can. Rejects with the reason of `signal` only. */
  async fault(signal: AbortSignal): Promise<string | null> {
    try {
      const channel = await this.#channel;
      await channel.status({ name: 'none' }, { timeoutMs: STATUS_TIMEOUT_MS, signal });
      return null;
    } catch (error) {
      if (!(error instanceof ServingError)) throw error;
      return error.status === 'NOT_FOUND' ? null : error.text;
    }
  }

  async close(): Promise<void> {
    (await this.#channel).close();
  }

  #open(): Promise<ServingChannel> {
    const onSilent = (): void => {
      // What does not answer may be the way, which a connection that nobody resets would be taken for minutes more.
      void this.close();
      this.#channel = this.#open();
    };
    return ServingChannel.open(this.address, { onSilent, ...(this.#silenceMs && { silenceMs: this.#silenceMs }) });
  }
}
