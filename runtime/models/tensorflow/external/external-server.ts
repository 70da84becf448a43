import { formatServingAddress, type ServingAddress } from '../address.ts';
import { ServingChannel } from '../channel.ts';
import type { ModelServer } from '../model-server.ts';

/** A TensorFlow Serving that somebody else has started. */
export class ExternalServer implements ModelServer {
  readonly address: string;
  readonly #channel: ServingChannel;

  private constructor(address: string, channel: ServingChannel) {
    this.address = address;
    this.#channel = channel;
  }

  /** Connects with the first call. */
  static async open(address: ServingAddress): Promise<ExternalServer> {
    const target = formatServingAddress(address);
    return new ExternalServer(target, await ServingChannel.open(target));
  }

  channel(_waitMs: number, signal: AbortSignal): Promise<ServingChannel> {
    signal.throwIfAborted();
    return Promise.resolve(this.#channel);
  }

  close(): void {
    this.#channel.close();
  }
}
