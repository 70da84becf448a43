import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oneApi, predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import type { RedisServer } from '../support/redis/server.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';

/** Ten of them are more than what may wait for room. */
const LARGE = 10 * 1024 * 1024;
const LARGE_COUNT = 10;
/** More than half of what may wait. */
const VERY_LARGE = 70 * 1024 * 1024;
/** Not given to Redis in one piece, so it waits for room; that many of them are more than outcomes that may wait for a Redis that is away. */
const SMALLEST_LARGE = 300_000;
const MANY = 90;
const MAX_AWAY = 64;

const PROJECT = { 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {"text": "x" * payload}') };
const WAITING = 'pons_outcomes_waiting{api="api"}';

const metric = async (url: string, name: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
};

interface Served {
  readonly server: RedisServer;
  readonly url: string;
  /** The URL of the API, whose results have as many characters as its payload says. */
  readonly api: string;
}

/** Runs `act` when an API is ready whose Redis may hold little. */
async function inLittleRoom(act: (served: Served) => Promise<void>): Promise<void> {
  await withRedis(
    async (server) => {
      const cast = new Cast(server, PROJECT);
      try {
        const { url } = await cast.start('both', { args: ['--drain', '1s'] });
        await until(async () => ((await ask(`${url}/readyz`)).status === 200 ? true : null), 60_000);
        await act({ server, url, api: `${url}/api` });
      } finally {
        await cast.end();
      }
    },
    { maxmemory: '6mb' },
  );
}

test('an API whose results wait for room in Redis serves small ones on, until it can begin nothing more, which its readiness and metrics say', async () => {
  await withRedis(
    async (server) => {
      const cast = new Cast(server, PROJECT);
      try {
        const gateway = await cast.start('gateway');
        const host = await cast.start('predictors');
        const url = `${gateway.url}/api`;
        const readiness = async () => Promise.all([gateway, host].map((one) => ask(`${one.url}/readyz`)));
        const isReady = async (wanted: boolean) =>
          (await readiness()).every(({ status }) => (status === 200) === wanted) || null;
        const isEnded = async (id: string) =>
          (await ask(`${url}/${id}`)).json['status'] === 'completed' ? true : null;
        await until(() => isReady(true), 60_000);
        // It could hold each of them, were it not for this.
        server.command('SETRANGE', 'ballast', String(2 * LARGE), 'x');
        for (let at = 1; at < LARGE_COUNT; at += 1) await ask(url, 'POST', String(LARGE), `large-${at}`);
        await ask(url, 'POST', '1', 'small');
        await until(() => isEnded('small'));
        await until(async () => ((await metric(host.url, WAITING)) === LARGE_COUNT - 1 ? true : null));
        assert.ok(await isReady(true));

        await ask(url, 'POST', String(LARGE), `large-${LARGE_COUNT}`);
        await until(() => isReady(false));
        assert.is((await ask(url, 'POST', '1', 'late')).status, 200);
        for (const { json } of await readiness()) {
          assert.match(
            JSON.stringify(json),
            /"state":"error".*10 outcomes could not be stored.*PONS_ERR_REDIS_NO_ROOM/,
          );
        }
        assert.is(await metric(host.url, 'pons_api_state{api="api",state="error"}'), 1);
        assert.is(await metric(gateway.url, 'pons_api_state{api="api",state="error"}'), 1);
        assert.is((await ask(`${url}/late`)).json['status'], 'in_queue', 'another host could take it');

        for (let at = 3; at <= LARGE_COUNT; at += 1) await ask(`${url}/large-${at}`, 'DELETE');
        await until(() => isEnded('late'));
        await until(() => isReady(true));
        server.command('CONFIG', 'SET', 'maxmemory', '200mb');
        await until(() => isEnded('large-1'));
        await until(() => isEnded('large-2'));
        const { result } = (await ask(`${url}/large-2`)).json as { result: { text: string } };
        assert.is(result.text.length, LARGE);
        // What is stored is seen before its host hears of it.
        await until(async () => ((await metric(host.url, WAITING)) === 0 ? true : null));
      } finally {
        await cast.end();
      }
    },
    { maxmemory: '26mb' },
  );
});

test('one large result that waits for room keeps its API from nothing', async () => {
  await inLittleRoom(async ({ url, api }) => {
    await ask(api, 'POST', String(VERY_LARGE), 'large');
    await until(async () => ((await metric(url, WAITING)) === 1 ? true : null));
    await ask(api, 'POST', '1', 'small');
    await until(async () => ((await ask(`${api}/small`)).json['status'] === 'completed' ? true : null));
    assert.is((await ask(`${api}/large`)).json['status'], 'in_progress');
    assert.is((await ask(`${url}/readyz`)).status, 200);
  });
});

test('a Redis that comes back as full as it was finds the API beginning work as before', async () => {
  await inLittleRoom(async ({ server, url, api }) => {
    for (let at = 0; at < MANY; at += 1) await ask(api, 'POST', String(SMALLEST_LARGE), `large-${at}`);
    await until(async () => ((await metric(url, WAITING)) > MAX_AWAY ? true : null));
    await server.kill();
    await until(async () => ((await metric(url, 'pons_api_state{api="api",state="error"}')) === 1 ? true : null));
    await server.start();
    await until(async () => ((await ask(api, 'POST', '1', 'small')).status === 200 ? true : null));
    await until(async () => ((await ask(`${api}/small`)).json['status'] === 'completed' ? true : null));
    assert.ok((await metric(url, WAITING)) > MAX_AWAY);
  });
});

test.run();
