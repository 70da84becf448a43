/** Bounds on what one client can take of the server. */
export interface HttpLimits {
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** For a whole request, its body included. */
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly maxConnections: number;
  /** How long the rest of a refused body is read and dropped. */
  readonly drainMs: number;
  /** How long open requests may go on after `close`, and answers of which nothing is taken. */
  readonly closeMs: number;
  /** How long answers may that are being taken. */
  readonly closeAnswersMs: number;
}

const DEFAULTS: HttpLimits = {
  bodyBytes: 100 * 1024 * 1024,
  headerBytes: 16 * 1024,
  // 100 MB at 3 Mbit/s.
  requestTimeoutMs: 300_000,
  // Longer than the 60 s of common load balancers, so that they close first and no request meets a closing connection.
  keepAliveMs: 72_000,
  maxConnections: 8_192,
  drainMs: 10_000,
  closeMs: 30_000,
  // As long as a request may take to come.
  closeAnswersMs: 300_000,
};

export function resolveLimits(given: Partial<HttpLimits>): HttpLimits {
  return { ...DEFAULTS, ...given };
}
