import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oneApi, predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import type { RedisServer } from '../support/redis/server.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';

/** What a client may wait for its 503. */
const ANSWER_MS = 2000;
/** After which everything has to work again by itself. */
const BACK_MS = 5000;

const files = { 'cortex.yaml': oneApi(), 'predictor.py': predicting('import time\ntime.sleep(0.01)\nreturn payload') };

/** Submits until told to stop, and holds each answer to its rules. */
class Submitter {
  readonly accepted: string[] = [];
  refused = 0;
  #stopped = false;
  readonly #url: string;
  readonly #done: Promise<void>;

  constructor(url: string) {
    this.#url = url;
    this.#done = this.#submit();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #submit(): Promise<void> {
    for (let at = 0; !this.#stopped; at += 1) {
      const begun = performance.now();
      const { status, retryAfter } = await ask(this.#url, 'POST', `{"at": ${at}}`, `w${at}`);
      const tookMs = performance.now() - begun;
      assert.ok(tookMs < ANSWER_MS, `an answer of ${status} after ${tookMs} ms`);
      if (status === 200) this.accepted.push(`w${at}`);
      else {
        assert.equal([status, retryAfter], [503, '1']);
        this.refused += 1;
      }
    }
  }
}

const faults: Record<string, (server: RedisServer, whileAway: () => Promise<void>) => Promise<void>> = {
  'is killed and started again': async (server, whileAway) => {
    await server.kill();
    await whileAway();
    await server.start();
  },
  'is suspended': async (server, whileAway) => {
    server.freeze();
    await whileAway();
    server.thaw();
  },
  'forgets its scripts': (server) => {
    server.command('SCRIPT', 'FLUSH');
    return Promise.resolve();
  },
};

for (const [what, fault] of Object.entries(faults)) {
  test(`while Redis ${what}, submissions are answered soon, and every one that got its 200 ends with its own result`, async () => {
    await withRedis(async (server) => {
      const cast = new Cast(server, files);
      try {
        const { url } = await cast.start('both');
        await until(async () => ((await ask(`${url}/readyz`)).status === 200 ? true : null), 60_000);
        const submitter = new Submitter(`${url}/api`);
        const some = (count: number): Promise<true> =>
          until(() => Promise.resolve(submitter.accepted.length >= count ? true : null));
        await some(50);
        await fault(server, async () => {
          await until(() => Promise.resolve(submitter.refused > 3 ? true : null));
          assert.is((await ask(`${url}/readyz`)).status, 503);
        });
        const before = submitter.accepted.length;
        await until(() => Promise.resolve(submitter.accepted.length > before ? true : null), BACK_MS);
        await some(before + 50);
        await submitter.stop();
        for (const id of submitter.accepted) {
          const json = await until(async () => {
            const answer = await ask(`${url}/api/${id}`);
            return answer.json['status'] === 'completed' ? answer.json : null;
          });
          assert.equal(json['result'], { at: Number(id.slice(1)) });
        }
        const { json } = await ask(`${url}/api`);
        assert.equal((json['queue'] as { in_queue: number }).in_queue, 0);
      } finally {
        await cast.end();
      }
    });
  });
}

test.run();
