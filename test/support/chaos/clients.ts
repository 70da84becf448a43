import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../workloads/seeded-random.ts';
import { ask, type Heard } from './http.ts';
import type { Ledger } from './ledger.ts';
import type { Planned } from './plan.ts';

export interface ClientsOptions {
  readonly url: string;
  readonly plan: readonly Planned[];
  readonly seed: number;
  /** Over which time the submissions are spread, in ms; those that a death holds up come in one rush after it. */
  readonly spreadMs: number;
  readonly ledger: Ledger;
}

const CLIENTS = 16;
/** Submitted together, so that a queue forms. */
const BURST = 60;
const HANGS_UP = 0.04;
const SAYS_IT_AGAIN = 0.03;
const CANCELS = 0.01;

/** Submits the whole plan; resolves when every workload has its 200. */
export async function submitAll(options: ClientsOptions): Promise<void> {
  const { plan, seed, spreadMs } = options;
  const startedAt = performance.now();
  let next = 0;
  const client = async (): Promise<void> => {
    for (let at = next++; at < plan.length; at = next++) {
      const planned = plan[at];
      if (planned === undefined) return;
      const dueAt = startedAt + (Math.floor(at / BURST) * BURST * spreadMs) / plan.length;
      await pause(Math.max(0, dueAt - performance.now()));
      await submitOne(planned, options, seededRandom(seed + at));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

async function submitOne(planned: Planned, options: ClientsOptions, random: () => number): Promise<void> {
  const { ledger } = options;
  ledger.asked(planned.id);
  await post(planned, planned.body(), options, random);
  ledger.accepted(planned);
  if (random() < SAYS_IT_AGAIN) {
    await post(planned, planned.body(), options, random);
    const other = await post(planned, Buffer.from('"another body"'), options, random);
    if (other.status !== 409) ledger.violated(`${planned.id} with another body: ${other.status} ${other.text}`);
  }
  if (random() < CANCELS) await cancel(planned, options);
}

/** Tries until there is an answer: 200, or 409 for another body. */
async function post(
  { api, id, contentType, body: own }: Planned,
  body: Buffer,
  { url, ledger }: ClientsOptions,
  random: () => number,
): Promise<Heard> {
  const headers = { 'content-type': contentType, 'x-request-id': id };
  const right = body.equals(own()) ? 200 : 409;
  for (;;) {
    const hangUpAfterMs = random() < HANGS_UP ? random() * 15 : null;
    const heard = await ask({ method: 'POST', url: `${url}/${api}`, headers, body, hangUpAfterMs });
    if (heard?.status === right) {
      if (right === 200 && heard.text !== `{"id":"${id}"}`) ledger.violated(`${id} is answered by ${heard.text}`);
      return heard;
    }
    if (heard !== null) ledger.violated(`POST of ${id}: ${heard.status} ${heard.text.slice(0, 300)}`);
    await pause(20 + random() * 60);
  }
}

async function cancel({ api, id }: Planned, { url, ledger }: ClientsOptions): Promise<void> {
  ledger.cancelAsked(id);
  const heard = await ask({ method: 'DELETE', url: `${url}/${api}/${id}` });
  if (heard?.status === 200) ledger.cancelHeard(id);
  else if (heard !== null && !/PONS_ERR_HTTP_WORKLOAD_ENDED/.test(heard.text)) {
    ledger.violated(`DELETE of ${id}: ${heard.status} ${heard.text.slice(0, 300)}`);
  }
}
