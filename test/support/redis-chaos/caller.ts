import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../chaos/http.ts';
import type { Payload, Said } from './history/event.ts';
import type { EventLog } from './history/event-log.ts';
import type { Planned } from './plan.ts';
import type { Stage } from './stage.ts';

type Workload = Pick<Planned, 'api' | 'id'>;

export interface Heard {
  /** 0 where no answer came. */
  readonly status: number;
  readonly said: Said;
}

const NOBODY: Heard = { status: 0, said: {} };
const NOBODY_PAUSE_MS = 100;

/** Asks gateways, and writes down each question before and each answer after. */
export class Caller {
  readonly #stage: Stage;
  readonly #log: EventLog;
  readonly #random: () => number;
  #calls = 0;

  constructor(stage: Stage, log: EventLog, random: () => number) {
    this.#stage = stage;
    this.#log = log;
    this.#random = random;
  }

  submit(workload: Workload, payload: Payload, hangUpAfterMs: number | null = null): Promise<Heard> {
    return this.#call('submit', workload, payload, hangUpAfterMs);
  }

  cancel(workload: Workload): Promise<Heard> {
    return this.#call('cancel', workload, null, null);
  }

  look(workload: Workload): Promise<Heard> {
    return this.#call('look', workload, null, null);
  }

  async #call(
    act: 'submit' | 'cancel' | 'look',
    { api, id }: Workload,
    payload: Payload | null,
    hangUpAfterMs: number | null,
  ): Promise<Heard> {
    const gateway = this.#stage.gateway(this.#random);
    if (gateway === null) {
      await pause(NOBODY_PAUSE_MS);
      return NOBODY;
    }
    const call = (this.#calls += 1);
    this.#log.append({ kind: 'asked', call, act, api, id, gateway: gateway.name, payload });
    const begun = performance.now();
    const heard = await ask({
      ...{ method: METHODS[act], url: `${gateway.url}/${api}${payload === null ? `/${id}` : ''}`, hangUpAfterMs },
      ...(payload === null
        ? {}
        : {
            body: Buffer.from(JSON.stringify(payload)),
            headers: { 'content-type': 'application/json', 'x-request-id': id },
          }),
    });
    const ms = Math.round(performance.now() - begun);
    const { status, retryAfter } = heard ?? { status: 0, retryAfter: null };
    const said = heard === null ? {} : (JSON.parse(heard.text) as Said);
    this.#log.append({ kind: 'answered', call, status, ms, retryAfter, said });
    return { status, said };
  }
}

const METHODS = { submit: 'POST', cancel: 'DELETE', look: 'GET' } as const;
