/** gRPC's statuses by number. Source: https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const names = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

export type StatusName = (typeof names)[number];

/** How gRPC's library tells that a connection ended under a call; what a server itself is not up to is told in other words. */
const LOST = /^(?!No connection).*(Connection dropped|Stream refused|RST_STREAM|ECONNRESET|EPIPE|Write failed)/;

/** Longer texts of a server say nothing further, and become part of an error that clients are shown. */
const MAX_DETAILS = 500;

/** A call that the server, or the way to it, has answered with a gRPC status. */
export class ServingError extends Error {
  override readonly name = 'ServingError';
  readonly status: StatusName;
  /** Whether the call may have been under way in the server when the connection ended. */
  readonly wasLost: boolean;

  constructor(status: StatusName, details: string, wasLost: boolean) {
    super(cleaned(details));
    this.status = status;
    this.wasLost = wasLost;
  }

  static of(code: number, details: string): ServingError {
    const status = names[code] ?? 'UNKNOWN';
    // A server that ends cancels what runs in it.
    const wasLost = status === 'CANCELLED' || LOST.test(details);
    return new ServingError(wasLost ? 'UNAVAILABLE' : status, details, wasLost);
  }

  /** The status with what was said beside it, as part of a sentence. */
  get text(): string {
    return this.message === '' ? this.status : `${this.status} (${this.message})`;
  }
}

/** A call that was given up, since the server answered nothing any more, not even what costs it nothing. */
export class SilentServerError extends ServingError {
  constructor(silenceMs: number) {
    super('UNAVAILABLE', `the server has answered nothing at all for ${silenceMs / 1000} s`, true);
  }
}

/** What a person needs of a text: without TensorFlow's names of nodes, traces of where the graph was made, gRPC's words around an error, and line feeds. */
function cleaned(details: string): string {
  const [text = ''] = details.split(/Detected at node|\n\s*Hint:|\n\nStack trace|Original stack trace/);
  const plain = text
    .replaceAll(/\{\{[^{}]*\}\}/g, ' ')
    .replaceAll(/\[\[[^[\]]*\]\]/g, ' ')
    .replaceAll(/\[Op:[^\]]*\](?: name:\s*\S*)?/g, ' ')
    .replace(/Graph execution error:/, ' ')
    .replace(/^No connection established\. Last error: (?:Error: )?/, '')
    .replace(/\.?\s*Resolution note:\s*$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain.length > MAX_DETAILS ? `${plain.slice(0, MAX_DETAILS)}...` : plain;
}
