import type { Packet } from '../../bridge/node/connection.ts';

/** Answers what the predictor processes of one API ask about its models. */
export interface ModelRelay {
  /** Resolves when every model that has to be there from the start can be called. Rejects with a `KnownError` of the area MODELS. */
  readonly ready: Promise<void>;
  /** One request that came up, by its method. Rejects with `BridgeError`. */
  answer(method: string, packet: Packet, signal: AbortSignal): Promise<Packet>;
  /** Ends what runs and releases everything. To be called when no process asks any more. */
  close(): Promise<void>;
}
