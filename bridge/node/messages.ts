import { codes } from './codes.ts';
import { readPredicted } from './predicted.ts';

/** What an error answer carries; `data` has the shape that the protocol's table gives for its code. */
export interface ErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}

export interface RequestMessage {
  readonly kind: 'request';
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

export interface NotificationMessage {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: unknown;
}

export interface ResultMessage {
  readonly kind: 'result';
  readonly id: number;
  readonly result: unknown;
}

export interface ErrorMessage {
  readonly kind: 'error';
  /** null when the request could not even be read. */
  readonly id: number | null;
  readonly error: ErrorObject;
}

export type Message = RequestMessage | NotificationMessage | ResultMessage | ErrorMessage;

/** A request that was answered with an error, or never because the connection ended. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code: number;
  readonly data: unknown;

  constructor(error: ErrorObject) {
    super(error.message);
    this.code = error.code;
    this.data = error.data;
  }
}

/** What a request for something that this end does not know is answered with. */
export function methodNotFound(method: string): BridgeError {
  return new BridgeError({ code: codes.METHOD_NOT_FOUND, message: `no method "${method}"`, data: null });
}

/** What `encodeRequest` makes a request of. */
export function encodeCall(method: string, params: unknown): string {
  return `"method":${JSON.stringify(method)},"params":${JSON.stringify(params)}`;
}

/** @param call the members `method` and `params` as JSON text */
export function encodeRequest(id: number, call: string): string {
  return `{"jsonrpc":"2.0","id":${id},${call}}`;
}

/** The JSON text of a message, as it stands in a frame's header. */
export function encodeMessage(message: Message): string {
  switch (message.kind) {
    case 'request':
      return encodeRequest(message.id, encodeCall(message.method, message.params));
    case 'notification':
      return JSON.stringify({ jsonrpc: '2.0', method: message.method, params: message.params });
    case 'result':
      return JSON.stringify({ jsonrpc: '2.0', id: message.id, result: message.result });
    case 'error':
      return JSON.stringify({ jsonrpc: '2.0', id: message.id, error: message.error });
  }
}

/** Reads a frame's header. Throws `BridgeError` with `PARSE_ERROR` or `INVALID_REQUEST`. */
export function decodeMessage(header: string): Message {
  const predicted = readPredicted(header);
  if (predicted !== null) return { kind: 'result', id: predicted.id, result: predicted.result };
  let value: unknown;
  try {
    value = JSON.parse(header);
  } catch (cause) {
    throw broken(codes.PARSE_ERROR, `the header is not JSON: ${String(cause)}`);
  }
  if (!isRecord(value) || value['jsonrpc'] !== '2.0')
    throw broken(codes.INVALID_REQUEST, 'the header is no JSON-RPC 2.0 message');
  const { id, method, error } = value;
  if (typeof method === 'string') {
    const params = value['params'] ?? null;
    if (id === undefined) return { kind: 'notification', method, params };
    if (isId(id)) return { kind: 'request', id, method, params };
  } else if (isErrorObject(error) && (isId(id) || id === null)) {
    return { kind: 'error', id, error: { code: error.code, message: error.message, data: error.data ?? null } };
  } else if ('result' in value && isId(id)) {
    return { kind: 'result', id, result: value['result'] };
  }
  throw broken(codes.INVALID_REQUEST, 'the header is neither request, notification, result nor error');
}

function broken(code: number, message: string): BridgeError {
  return new BridgeError({ code, message, data: null });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isErrorObject(value: unknown): value is ErrorObject {
  return isRecord(value) && Number.isSafeInteger(value['code']) && typeof value['message'] === 'string';
}
