import type { RedisLink } from './link.ts';
import { listIn, textIn } from './replies.ts';
import { prefixOf, type Scripts } from './scripts.ts';

/** How long what a host said holds, in ms. Whoever lives says it anew several times meanwhile. */
export const HOLDS_MS = 6000;

/** What the processes that share a Redis tell each other of themselves. */
export class Presence {
  readonly #scripts: Scripts;
  readonly #link: RedisLink;

  constructor(scripts: Scripts, link: RedisLink) {
    this.#scripts = scripts;
    this.#link = link;
  }

  /** Says something about `host` and an API, until `HOLDS_MS` later. */
  async announce(api: string, host: string, text: string): Promise<void> {
    await this.#scripts.call('announce', api, host, text);
  }

  async leave(api: string, host: string): Promise<void> {
    await this.#scripts.call('announce', api, host, '');
  }

  /** What each host that lives has last said about an API. */
  async hosts(api: string): Promise<ReadonlyMap<string, string>> {
    const flat = listIn(await this.#scripts.call('hosts', api, String(HOLDS_MS))).map(textIn);
    return new Map(flat.flatMap((host, at) => (at % 2 === 0 ? [[host, flat[at + 1] ?? ''] as const] : [])));
  }

  /** When somebody last looked after the leases of an API, which everybody does every second or two who serves it, a gateway too; '' for never. */
  async tendedAt(api: string): Promise<string> {
    const swept = await this.#link.run('HGET', `${prefixOf(api)}meta`, 'swept');
    return swept === null ? '' : textIn(swept);
  }
}
