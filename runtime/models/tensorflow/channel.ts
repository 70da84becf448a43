import type { Client, ClientUnaryCall, ServiceError } from '@grpc/grpc-js';
import type { MethodDefinition } from '@grpc/proto-loader';
import { MAX_BODY_BYTES } from '../../../bridge/node/framing.ts';
import type { TensorBytes } from '../../../bridge/node/tensor-body.ts';
import { loadDefinitions, type Definitions } from './definitions.ts';
import { ServingError } from './serving-status.ts';
import type { TensorMessage } from './tensor-request.ts';
import { readPredictResponse } from './tensor-response.ts';

export interface ModelSpec {
  readonly name: string;
  readonly version?: { readonly value: string };
  readonly signature_name?: string;
}

export interface PredictRequest {
  readonly model_spec: ModelSpec;
  readonly inputs: Readonly<Record<string, TensorMessage>>;
}

/** One version of a model, as the server has it. */
export interface VersionStatus {
  readonly version: string;
  /** The number of its state; `AVAILABLE` is what can be called, `END` what was unloaded or never loaded. */
  readonly state: number;
  readonly status: { readonly error_message: string } | null;
}

export const modelStates = { UNKNOWN: 0, START: 10, LOADING: 20, AVAILABLE: 30, UNLOADING: 40, END: 50 } as const;

export interface CallOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** gRPC's own waits between tries to connect begin at a second and end at two minutes: too long for a server on the same machine. */
const RECONNECT_MS = { first: 50, last: 1000 };
/** A message has some bytes more than the tensors in it. */
const MAX_MESSAGE_BYTES = MAX_BODY_BYTES + 1024 * 1024;
/** What may be on its way to us unread: a window that is smaller makes large outputs wait for one acknowledgement after the other. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/**
 * One connection to a TensorFlow Serving, which all calls share; it is made with the first and again when it is lost. Every call rejects with `ServingError`,
 * or at once with the reason of its signal.
 */
export class ServingChannel {
  readonly #client: Client;
  readonly #definitions: Definitions;

  private constructor(client: Client, definitions: Definitions) {
    this.#client = client;
    this.#definitions = definitions;
  }

  /** @param target `HOST:PORT`, or `unix:` and the absolute path of a socket. Loads the libraries that gRPC needs. */
  static async open(target: string): Promise<ServingChannel> {
    const [grpc, definitions] = await Promise.all([import('@grpc/grpc-js'), loadDefinitions()]);
    const client = new grpc.Client(target, grpc.credentials.createInsecure(), {
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
      'grpc.initial_reconnect_backoff_ms': RECONNECT_MS.first,
      'grpc.max_reconnect_backoff_ms': RECONNECT_MS.last,
      'grpc-node.flow_control_window': WINDOW_BYTES,
      // What may be sent again is known here, not there.
      'grpc.enable_retries': 0,
      'grpc.use_local_subchannel_pool': 1,
      ...(target.startsWith('unix:') ? { 'grpc.enable_http_proxy': 0 } : {}),
    });
    return new ServingChannel(client, definitions);
  }

  /** The outputs, by name. Rejects with `RangeError` where one cannot cross the bridge. */
  predict(request: PredictRequest, options: CallOptions): Promise<TensorBytes[]> {
    return this.#unary(this.#definitions.predict, request, options, readPredictResponse);
  }

  /** An encoded `SignatureDefMap` as a message. */
  async signatures(model: ModelSpec, options: CallOptions): Promise<object> {
    const request = { model_spec: model, metadata_field: ['signature_def'] };
    const { metadata } = await this.#unary(this.#definitions.metadata, request, options, (bytes) => {
      return this.#definitions.metadata.responseDeserialize(bytes) as {
        metadata: Record<string, { value: Buffer } | undefined>;
      };
    });
    return this.#definitions.signatureDefMap.deserialize(metadata['signature_def']?.value ?? Buffer.alloc(0));
  }

  /** Every version that the server knows, available or not. */
  async status(model: ModelSpec, options: CallOptions): Promise<readonly VersionStatus[]> {
    const { status } = this.#definitions;
    const answer = await this.#unary(status, { model_spec: model }, options, (bytes) => {
      return status.responseDeserialize(bytes) as { model_version_status: VersionStatus[] };
    });
    return answer.model_version_status;
  }

  /** Makes the server serve `config`, a `ModelServerConfig`, and nothing else. */
  async reload(config: object, options: CallOptions): Promise<void> {
    const { reload } = this.#definitions;
    await this.#unary(reload, { config }, options, (bytes) => reload.responseDeserialize(bytes));
  }

  /** Ends the connection; calls under way still end by themselves. */
  close(): void {
    this.#client.close();
  }

  #unary<R>(
    method: MethodDefinition<object, object>,
    request: object,
    { timeoutMs, signal }: CallOptions,
    read: (bytes: Buffer) => R,
  ): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      signal.throwIfAborted();
      let call: ClientUnaryCall | null = null;
      let fault: Error | null = null;
      const abort = (): void => {
        call?.cancel();
        reject(signal.reason as Error);
      };
      // gRPC tells a fault of the reader as one of the server.
      const guarded = (bytes: Buffer): R => {
        try {
          return read(bytes);
        } catch (error) {
          fault = error as Error;
          throw error;
        }
      };
      signal.addEventListener('abort', abort, { once: true });
      const options = { deadline: Date.now() + timeoutMs };
      const done = (error: ServiceError | null, value?: R): void => {
        signal.removeEventListener('abort', abort);
        if (error !== null) reject(fault ?? ServingError.of(error.code, error.details));
        else resolve(value as R);
      };
      try {
        call = this.#client.makeUnaryRequest(method.path, method.requestSerialize, guarded, request, options, done);
      } catch (error) {
        // It was closed, by whoever connects to the server as it runs next.
        signal.removeEventListener('abort', abort);
        reject(new ServingError('UNAVAILABLE', (error as Error).message, false));
      }
    });
  }
}
