import { fileURLToPath } from 'node:url';
import { startProxy } from '../redis/proxy.ts';
import type { RedisServer } from '../redis/server.ts';
import { makeTempDir } from '../temp-dir.ts';
import { Actor } from './actor.ts';

const PROJECT = fileURLToPath(new URL('../../fixtures/redis-chaos', import.meta.url));
const GATEWAYS = ['g0', 'g1', 'g2'];
const HOSTS = ['h0', 'h1', 'h2'];

/** Three gateways and three hosts of predictors on one Redis, each with a way to it that can be disturbed. */
export class Stage {
  readonly redis: RedisServer;
  readonly gateways: readonly Actor[];
  readonly hosts: readonly Actor[];
  readonly #over = new AbortController();

  private constructor(redis: RedisServer, gateways: readonly Actor[], hosts: readonly Actor[]) {
    this.redis = redis;
    this.gateways = gateways;
    this.hosts = hosts;
  }

  /** @param events the log that predictors write to */
  static async make(redis: RedisServer, events: string): Promise<Stage> {
    const actor = async (name: string, role: Actor['role']): Promise<Actor> =>
      new Actor({
        ...{ name, role, project: PROJECT, stateDir: makeTempDir() },
        env: { CHAOS_EVENTS: events, CHAOS_HOST: name },
        proxy: await startProxy(redis.port),
      });
    const [gateways, hosts] = await Promise.all([
      Promise.all(GATEWAYS.map((name) => actor(name, 'gateway'))),
      Promise.all(HOSTS.map((name) => actor(name, 'predictors'))),
    ]);
    return new Stage(redis, gateways, hosts);
  }

  get actors(): readonly Actor[] {
    return [...this.gateways, ...this.hosts];
  }

  /** Aborts when the run is over: nothing is to be started any more. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  async open(): Promise<void> {
    await Promise.all(this.actors.map((one) => one.start(this.over)));
  }

  /** One of the gateways that serve; null where there is none. */
  gateway(random: () => number): { readonly name: string; readonly url: string } | null {
    const serving = this.gateways.flatMap(({ name, url }) => (url === null ? [] : [{ name, url }]));
    return serving[Math.floor(random() * serving.length)] ?? null;
  }

  /** Ends all of it, also where a fault is not undone. */
  async close(notes: string): Promise<void> {
    this.#over.abort();
    for (const one of this.actors) {
      one.thaw();
      one.writeLog(notes);
    }
    await Promise.all(this.actors.map((one) => one.kill()));
    await Promise.all(this.actors.map(({ proxy }) => proxy.close()));
  }
}
