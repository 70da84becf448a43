import type { Submission, SubmitOutcome } from '../store.ts';
import { argumentsOf, type Bodies } from './bodies.ts';
import { FORMAT } from './format.ts';
import { Gathered } from './gathered.ts';
import type { RedisLink } from './link.ts';
import { bytesIn } from './replies.ts';
import { prefixOf, type Scripts } from './scripts.ts';
import { bodyLost } from './under-way.ts';

interface SubmissionsParts {
  readonly link: RedisLink;
  readonly scripts: Scripts;
  readonly bodies: Bodies;
  /** To be called when something came into a queue. */
  readonly queued: (api: string) => void;
}

/** How workloads come in. */
export class Submissions {
  readonly #parts: SubmissionsParts;
  readonly #calls: Gathered;

  constructor(parts: SubmissionsParts) {
    this.#parts = parts;
    this.#calls = new Gathered((api, facts) => parts.scripts.call('submit', api, FORMAT, ...facts));
  }

  async submit(submission: Submission): Promise<SubmitOutcome> {
    const { link, bodies, queued } = this.#parts;
    const { api, id, isNewId, contentType, received } = submission;
    const known = await this.#known(submission);
    if (known !== null) return known;
    const placed = await bodies.placePayload(api, id, received);
    const facts = [id, isNewId ? '1' : '0', contentType, Buffer.from(received.digest), ...argumentsOf(placed)];
    const outcome = (await this.#calls.call(api, facts)) as SubmitOutcome | 'body_missing';
    if (outcome !== 'stored') await bodies.withdraw(api, placed);
    if (outcome === 'body_missing') throw bodyLost(link);
    if (outcome === 'stored') queued(api);
    return outcome;
  }

  /** What a submission comes to whose id is known, where that spares a way to the bucket: it is also told while that is away. */
  async #known({ api, id, isNewId, received }: Submission): Promise<'known' | 'conflict' | null> {
    const { link, bodies } = this.#parts;
    if (isNewId || !bodies.isFar(received)) return null;
    const digest = await link.run('HGET', `${prefixOf(api)}w:${id}`, 'digest');
    if (digest === null) return null;
    return bytesIn(digest).equals(received.digest) ? 'known' : 'conflict';
  }
}
