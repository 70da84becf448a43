import { setTimeout as pause } from 'node:timers/promises';

/** What `GET <endpoint>/<id>` answers. */
export interface Answer {
  readonly id: string;
  readonly status: string;
  readonly result?: unknown;
  readonly timestamp?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly fix: string };
}

/** How a death by SIGKILL is told. A system with much to do tells of a death later than of the connection that ended with it. */
export const DEATH_BY_SIGKILL = /killed by SIGKILL|its end of the bridge was closed/g;

const POLL_MS = 10;
const END_MS = 100_000;

/** POSTs a payload to `url`, the address of an API; resolves to the id. Rejects unless the answer is 200. */
export async function submit(
  url: string,
  payload: string | Uint8Array<ArrayBuffer>,
  contentType: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    body: payload,
    headers: { 'content-type': contentType, ...headers },
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`POST ${url}: ${response.status} ${text}`);
  return (JSON.parse(text) as { id: string }).id;
}

/** Asks every `pollMs` until the workload has ended, one way or the other. */
export async function waitForEnd(url: string, id: string, pollMs = POLL_MS): Promise<Answer> {
  const lapsedAt = Date.now() + END_MS;
  for (;;) {
    const response = await fetch(`${url}/${id}`);
    const answer = (await response.json()) as Answer;
    if (response.status !== 200) throw new Error(`GET ${url}/${id}: ${response.status} ${JSON.stringify(answer)}`);
    if (['completed', 'failed', 'cancelled'].includes(answer.status)) return answer;
    if (Date.now() > lapsedAt) throw new Error(`${url}/${id} is ${answer.status} after ${END_MS} ms`);
    await pause(pollMs);
  }
}

/** Submits, waits, and resolves to the result. Rejects with the error of a workload that did not complete. */
export async function predict(
  url: string,
  payload: string | Uint8Array<ArrayBuffer>,
  contentType: string,
  pollMs = POLL_MS,
): Promise<unknown> {
  const answer = await waitForEnd(url, await submit(url, payload, contentType), pollMs);
  if (answer.status !== 'completed') throw new Error(`${url}: ${JSON.stringify(answer)}`);
  return answer.result;
}
