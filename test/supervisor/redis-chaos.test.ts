import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CHAOS_SECONDS, CHAOS_SEED } from '../support/chaos/settings.ts';
import { oneApi, predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import type { RedisServer } from '../support/redis/server.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import type { Served } from '../support/served.ts';
import { seededRandom } from '../workloads/seeded-random.ts';

const SUBMITTERS = 8;
const ALL_ENDED_MS = 90_000;
/** What a client may wait for its answer; a killed gateway gives none. */
const ANSWER_MS = 2000;

const files = { 'cortex.yaml': oneApi(), 'predictor.py': predicting('import time\ntime.sleep(0.02)\nreturn payload') };

/** Two gateways and two hosts on a Redis, and what is done to them. */
class Stage {
  readonly #cast: Cast;
  readonly #redis: RedisServer;
  readonly #random: () => number;
  readonly #processes: { readonly role: 'gateway' | 'predictors'; served: Served }[] = [];
  /** What was done, for whoever has to understand a failure. */
  readonly deeds: string[] = [];

  constructor(redis: RedisServer, random: () => number) {
    this.#redis = redis;
    this.#random = random;
    this.#cast = new Cast(redis, files);
  }

  async open(): Promise<void> {
    for (const role of ['gateway', 'gateway', 'predictors', 'predictors'] as const) {
      this.#processes.push({ role, served: await this.#cast.start(role) });
    }
  }

  /** One of the gateways that run. */
  get gateway(): string {
    const gateways = this.#processes.filter(({ role }) => role === 'gateway');
    return gateways[Math.floor(Math.random() * gateways.length)]?.served.url ?? '';
  }

  async disturb(): Promise<void> {
    const deeds = [() => this.#killProcess(), () => this.#killRedis(), () => this.#freezeRedis(), () => this.#flush()];
    await deeds[Math.floor(this.#random() * deeds.length)]?.();
    await pause(500 + this.#random() * 2000);
  }

  end(): Promise<void> {
    return this.#cast.end();
  }

  async #killProcess(): Promise<void> {
    const victim = this.#processes[Math.floor(this.#random() * this.#processes.length)];
    if (victim === undefined) return;
    this.deeds.push(`kill ${victim.role}`);
    process.kill(victim.served.pid, 'SIGKILL');
    victim.served = await this.#cast.start(victim.role);
  }

  async #killRedis(): Promise<void> {
    this.deeds.push('kill Redis');
    await this.#redis.kill();
    await pause(this.#random() * 2000);
    await this.#redis.start();
  }

  async #freezeRedis(): Promise<void> {
    this.deeds.push('freeze Redis');
    this.#redis.freeze();
    await pause(this.#random() * 4000);
    this.#redis.thaw();
  }

  #flush(): Promise<void> {
    this.deeds.push('SCRIPT FLUSH');
    this.#redis.command('SCRIPT', 'FLUSH');
    return Promise.resolve();
  }
}

/** Submits workloads until told to stop, each under an id of its own and until it is accepted. */
async function submitTo(stage: Stage, name: string, isOver: () => boolean, accepted: string[]): Promise<void> {
  for (let at = 0; !isOver(); at += 1) {
    const id = `${name}-${at}`;
    for (;;) {
      const begun = performance.now();
      // A gateway that was killed does not answer.
      const answer = await ask(`${stage.gateway}/api`, 'POST', JSON.stringify({ id }), id).catch(() => null);
      const tookMs = performance.now() - begun;
      if (answer !== null) assert.ok(tookMs < ANSWER_MS, `an answer of ${answer.status} after ${tookMs} ms`);
      if (answer?.status === 200) break;
      assert.ok(answer === null || answer.status === 503, `${answer?.status} ${JSON.stringify(answer?.json)}`);
      await pause(50);
    }
    accepted.push(id);
    await pause(20);
  }
}

test('while processes, hosts and Redis are killed and suspended at random, each workload that got its 200 ends once, with its own result', async () => {
  await withRedis(async (redis) => {
    const random = seededRandom(CHAOS_SEED);
    process.stdout.write(`chaos on Redis: CHAOS_SEED=${CHAOS_SEED} CHAOS_SECONDS=${CHAOS_SECONDS}\n`);
    const stage = new Stage(redis, random);
    try {
      await stage.open();
      const accepted: string[] = [];
      const end = performance.now() + CHAOS_SECONDS * 1000;
      const isOver = (): boolean => performance.now() > end;
      const submitting = Array.from({ length: SUBMITTERS }, (_, at) => submitTo(stage, `s${at}`, isOver, accepted));
      const disturbing = async (): Promise<void> => {
        while (!isOver()) await stage.disturb();
      };
      await Promise.all([disturbing(), ...submitting]);
      const left = new Set(accepted);
      await until(async () => {
        for (const id of [...left].slice(0, 50)) {
          const { json } = await ask(`${stage.gateway}/api/${id}`);
          if (json['status'] !== 'completed') {
            assert.ok(
              json['status'] === 'in_queue' || json['status'] === 'in_progress',
              `${id}: ${JSON.stringify(json)}`,
            );
            return null;
          }
          assert.equal(json['result'], { id });
          left.delete(id);
        }
        return left.size === 0 ? true : null;
      }, ALL_ENDED_MS);
      const { json } = await ask(`${stage.gateway}/api`);
      const { in_queue, in_progress } = json['queue'] as Record<string, unknown>;
      assert.equal([in_queue, in_progress], [0, 0]);
      assert.is(redis.command('ZCARD', 'pons:{api}:leases'), '0');
      process.stdout.write(`${accepted.length} workloads; ${stage.deeds.join(', ')}\n`);
    } catch (error) {
      process.stdout.write(`${stage.deeds.join(', ')}\n`);
      throw error;
    } finally {
      await stage.end();
    }
  });
});

test.run();
