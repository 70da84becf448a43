import { isKnownError, KnownError } from '../../errors/known-error.ts';
import { renderError, type ErrorView } from '../../errors/render.ts';
import type { EndListeners } from '../end-listeners.ts';
import { ATTEMPTS_LIMIT, type EndStatus } from '../states.ts';
import type { CancelOutcome, EndOutcome, GiveBack, GiveBackOutcome, LeaseRef } from '../store.ts';
import { argumentsOf, type Bodies } from './bodies.ts';
import { Gathered } from './gathered.ts';
import type { Held } from './held.ts';
import type { RedisLink } from './link.ts';
import { listIn, textIn } from './replies.ts';
import type { Scripts } from './scripts.ts';
import { Window } from './window.ts';
import { bodyLost } from './under-way.ts';

/** Results under way at once. */
const RESULTS_BYTES = 1024 * 1024;

interface EndsParts {
  readonly link: RedisLink;
  readonly scripts: Scripts;
  readonly bodies: Bodies;
  readonly held: Held;
  /** To be called when something came into a queue. */
  readonly queued: (api: string) => void;
  /** To be called when a holder here is done with what it held. */
  readonly released: (api: string) => void;
  readonly endListeners: EndListeners;
  readonly retentionMs: number;
}

/** How workloads leave their holder. */
export class Ends {
  readonly #parts: EndsParts;
  readonly #completions: Gathered;

  constructor(parts: EndsParts) {
    this.#parts = parts;
    const retentionMs = String(parts.retentionMs);
    const window = new Window(RESULTS_BYTES);
    this.#completions = new Gathered((api, facts, bytes) =>
      window.pass(bytes, () => parts.scripts.transfer('complete', api, retentionMs, ...facts)),
    );
  }

  async complete(ref: LeaseRef, result: Uint8Array): Promise<EndOutcome> {
    const { bodies } = this.#parts;
    const placed = await bodies.placeResult(ref.api, ref.id, result).catch((error: unknown) => {
      if (this.#isWanted(ref, error)) throw error;
      return null;
    });
    if (placed === null) return this.#settled(ref, 'refused', 'completed');
    const outcome = await this.#completions.call(ref.api, [ref.id, ref.token, ...argumentsOf(placed)]);
    if (outcome !== 'done') await bodies.withdraw(ref.api, placed);
    if (outcome === 'body_missing') throw bodyLost(this.#parts.link);
    return this.#settled(ref, outcome, 'completed');
  }

  async fail(ref: LeaseRef, { code, message, fix }: ErrorView): Promise<EndOutcome> {
    const text = JSON.stringify({ code, message, fix });
    const outcome = textIn(
      await this.#parts.scripts.call('fail', ref.api, ref.id, ref.token, text, String(this.#parts.retentionMs)),
    );
    return this.#settled(ref, outcome, 'failed');
  }

  async giveBack(ref: LeaseRef, how: GiveBack): Promise<GiveBackOutcome> {
    const { held, queued } = this.#parts;
    const reason = how.kind === 'process_died' ? how.reason : '';
    const reply = listIn(
      await this.#parts.scripts.call('give-back', ref.api, ref.id, ref.token, reason, String(ATTEMPTS_LIMIT)),
    );
    const outcome = textIn(reply[0]);
    if (outcome === 'limit') {
      const reasons = JSON.parse(textIn(reply[1])) as string[];
      const error = renderError(KnownError.of('PONS_ERR_WORKLOAD_ATTEMPTS', { reasons }));
      return (await this.fail(ref, error)) === 'done' ? 'failed' : 'refused';
    }
    held.drop(ref);
    if (outcome !== 'in_queue') return 'refused';
    queued(ref.api);
    return 'in_queue';
  }

  async cancel(api: string, id: string): Promise<CancelOutcome> {
    const outcome = textIn(await this.#parts.scripts.call('cancel', api, id, String(this.#parts.retentionMs)));
    if (outcome === 'not_found') return outcome;
    if (outcome !== 'done') return { alreadyEnded: outcome as EndStatus };
    const own = this.#parts.held.find(api, id);
    if (own !== null) this.#parts.held.drop(own);
    this.#parts.endListeners.call([[api, 'cancelled']]);
    return 'cancelled';
  }

  /** Whether a result that could not be stored is still waited for: no room need be waited for where it would be refused. */
  #isWanted({ api, id, token }: LeaseRef, error: unknown): boolean {
    const waits = isKnownError(error) && error.code === 'PONS_ERR_REDIS_NO_ROOM';
    return !waits || this.#parts.held.find(api, id)?.token === token;
  }

  #settled(ref: LeaseRef, outcome: string, status: EndStatus): EndOutcome {
    this.#parts.held.drop(ref);
    this.#parts.released(ref.api);
    if (outcome !== 'done') return 'refused';
    this.#parts.endListeners.call([[ref.api, status]]);
    return 'done';
  }
}
