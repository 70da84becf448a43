import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What the proxy does with an answer: nothing, end it after some bytes, change its bytes, or answer by itself; or change the bytes of a request; or act when
 * the request has been carried out, and give no answer.
 */
export type Deed =
  | { readonly kind: 'pass' }
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'change'; readonly change: (body: Buffer) => Buffer }
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  | { readonly kind: 'tamper'; readonly change: (body: Buffer) => Buffer }
  | { readonly kind: 'done'; readonly act: () => void };

export interface Proxy {
  readonly address: string;
  /** What was asked for: `GET /bucket/key`, with ` bytes=5-` where it was for a range. */
  readonly asked: string[];
  /** What is done with the next answers. */
  deed: (asked: string) => Deed;
  end(): Promise<void>;
}

/** Stands before an S3 server, and does to its answers what networks and servers do. */
export async function startProxy(target: string): Promise<Proxy> {
  const asked: string[] = [];
  const server = createServer((incoming, answer) => {
    const range = incoming.headers.range;
    const what = `${incoming.method} ${decodeURI(incoming.url ?? '')}${range === undefined ? '' : ` ${range}`}`;
    asked.push(what);
    forward(target, incoming, answer, proxy.deed(what)).catch(() => answer.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: Proxy = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    deed: () => ({ kind: 'pass' }),
    end: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

async function forward(target: string, incoming: IncomingMessage, answer: ServerResponse, deed: Deed): Promise<void> {
  if (deed.kind === 'answer') {
    answer.writeHead(deed.status, { 'content-type': 'application/xml' }).end(deed.body);
    return;
  }
  const { method, headers, url } = incoming;
  const outgoing = request(`${target}${url ?? ''}`, { method, headers });
  if (deed.kind === 'tamper') outgoing.end(deed.change(await wholeOf(incoming)));
  else incoming.pipe(outgoing);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const whole = await wholeOf(response);
  if (deed.kind === 'done') {
    deed.act();
    answer.destroy();
    return;
  }
  const body = deed.kind === 'change' ? deed.change(whole) : whole;
  // An answer to HEAD says how long the body would be.
  const length = method === 'HEAD' ? {} : { 'content-length': String(body.byteLength) };
  answer.writeHead(response.statusCode ?? 500, { ...response.headers, ...length });
  if (deed.kind !== 'cut' || deed.afterBytes >= body.byteLength) answer.end(body);
  else answer.write(body.subarray(0, deed.afterBytes), () => answer.destroy());
}

async function wholeOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
