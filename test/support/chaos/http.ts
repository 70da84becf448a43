import { Agent, request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';

export interface Heard {
  readonly status: number;
  readonly text: string;
  /** The header of that name. */
  readonly retryAfter: string | null;
}

export interface Asking {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** The client hangs up so many ms after it began; null where it does not. */
  readonly hangUpAfterMs?: number | null;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
/** Longer than anything takes but a server that has forgotten the request. */
const FORGOTTEN_MS = 20_000;

/** The whole answer, or null where the connection was refused or lost on the way. Rejects where a server that lives does not answer. */
export async function ask({ method, url, headers = {}, body, hangUpAfterMs }: Asking): Promise<Heard | null> {
  const outgoing = request(url, { method, agent, headers: { ...headers, 'content-length': body?.byteLength ?? 0 } });
  const forgotten = new AbortController();
  const timers = [
    setTimeout(() => {
      forgotten.abort();
      outgoing.destroy();
    }, FORGOTTEN_MS),
  ];
  if (typeof hangUpAfterMs === 'number') timers.push(setTimeout(() => outgoing.destroy(), hangUpAfterMs));
  outgoing.on('error', () => undefined);
  try {
    outgoing.end(body);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (!incoming.complete) return null;
    const retryAfter = incoming.headers['retry-after'] ?? null;
    return { status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString(), retryAfter };
  } catch {
    if (forgotten.signal.aborted) throw new Error(`${method} ${url}: no answer within ${FORGOTTEN_MS} ms`);
    return null;
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

/** Closes the connections that are kept open. */
export function hangUp(): void {
  agent.destroy();
}
