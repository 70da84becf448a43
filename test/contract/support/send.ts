import { request, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Sent {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Sends one request with just these headers: `fetch` adds some of its own, and forbids others. */
export async function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = '',
): Promise<Sent> {
  return await new Promise<Sent>((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      text(response).then((content) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: content });
      }, reject);
    });
    sent.on('error', reject).end(body);
  });
}

/** POSTs a JSON text. */
export function post(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Sent> {
  return send('POST', url, { 'content-type': 'application/json', ...headers }, body);
}

/** The code of the error in an answer; the whole answer where it is none. */
export function errorCode(sent: Sent): string {
  const { error } = JSON.parse(sent.text) as { error?: { code: string; message: string; fix: string } };
  return error?.code ?? `${sent.status} ${sent.text}`;
}
