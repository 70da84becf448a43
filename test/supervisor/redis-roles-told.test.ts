import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';

const files = {
  'cortex.yaml': ['first', 'second']
    .map((name) => `- {name: ${name}, kind: AsyncAPI, predictor: {type: python, path: predictor.py}}\n`)
    .join(''),
  'predictor.py': predicting('return {}'),
};

interface Told {
  readonly name: string;
  readonly state: string;
  readonly reason: { readonly code: string; readonly message: string } | null;
}

/** What `/readyz` tells of each API, as `name state code`. */
async function toldBy(url: string): Promise<string[]> {
  const apis = (await ask(`${url}/readyz`)).json['apis'] as readonly Told[];
  return apis.map(({ name, state, reason }) => [name, state, reason?.code ?? ''].join(' '));
}

const awaited = (url: string, told: readonly string[]): Promise<true> =>
  until(async () => (String(await toldBy(url)) === String(told) ? true : null), 60_000);

test('a gateway tells of an API that no host runs, before there is one and after it is gone', () =>
  withRedis(async (server) => {
    const cast = new Cast(server, files);
    try {
      const { url } = await cast.start('gateway');
      const nobody = ['first', 'second'].map((name) => `${name} unserved PONS_ERR_REDIS_NO_HOST`);
      assert.equal(await toldBy(url), nobody);
      const { message } = (await ask(`${url}/first`)).json['reason'] as { message: string };
      assert.match(message, /^No host runs the predictors of first/);
      assert.match(await (await fetch(`${url}/metrics`)).text(), 'pons_api_state{api="first",state="unserved"} 1\n');
      const host = await cast.start('predictors', { args: ['--api', 'first'] });
      await awaited(url, ['first live ', 'second unserved PONS_ERR_REDIS_NO_HOST']);
      await host.stop();
      await awaited(url, nobody);
    } finally {
      await cast.end();
    }
  }));

test('a process that only runs predictors tells at the start, and whoever asks it, that requests go elsewhere', () =>
  withRedis(async (server) => {
    const cast = new Cast(server, files);
    try {
      const { url, lines } = await cast.start('predictors', { args: ['--api', 'first'] });
      const said = lines.filter((line) => line.includes('Serving'));
      assert.is(said.length, 1);
      assert.match(said[0] ?? '', 'Serving the predictors of 1 API (first); requests go to a gateway');
      // It may come a moment after the line before.
      await until(() => Promise.resolve(lines.some((line) => line.includes(`State:  ${url}/readyz`)) || null));
      const { apis } = (await ask(url)).json as { apis: readonly { name: string; endpoint: string | null }[] };
      assert.equal(
        apis.map(({ name, endpoint }) => [name, endpoint]),
        [['first', null]],
      );
      const { status, json } = await ask(`${url}/first`, 'POST', '1');
      assert.equal([status, (json['error'] as { code: string }).code], [404, 'PONS_ERR_HTTP_NO_REQUESTS']);
    } finally {
      await cast.end();
    }
  }));

test.run();
