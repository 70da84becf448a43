import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';

const api = (name: string): string =>
  `- name: ${name}\n  kind: AsyncAPI\n  predictor:\n    type: python\n    path: predictor.py\n`;
const files = { 'cortex.yaml': api('one') + api('two'), 'predictor.py': predicting('return payload') };

/** The code that `/readyz` refuses with, '' where an API is not live, null while it is ready. */
async function unready(url: string, api?: string): Promise<string | null> {
  const { status, json } = await ask(`${url}/readyz${api === undefined ? '' : `?api=${api}`}`);
  if (status === 200) return null;
  assert.is(status, 503);
  return (json['error'] as { code?: string } | undefined)?.code ?? '';
}

test('a process is not ready while Redis keeps nothing or holds something else under the name of an API, and says so once', async () => {
  await withRedis(async (server) => {
    const cast = new Cast(server, files);
    const said = (text: string): number => cast.lines.filter((line) => line.includes(text)).length;
    const is = (url: string, code: string | null, api?: string): Promise<true> =>
      until(async () => ((await unready(url, api)) === code ? true : null));
    try {
      const { url } = await cast.start('both');
      await is(url, null);
      server.command('CONFIG', 'SET', 'appendonly', 'no');
      // It is looked at each time that Pons has connected anew.
      server.command('CLIENT', 'KILL', 'TYPE', 'normal');
      await is(url, 'PONS_ERR_REDIS_NOT_DURABLE');
      assert.is((await ask(`${url}/one`, 'POST', '{}')).status, 200);
      server.command('CONFIG', 'SET', 'appendonly', 'yes');
      await is(url, null);
      await until(() => Promise.resolve(said('appendonly no') > 0 ? true : null));
      assert.is(said('appendonly no'), 1);
      server.command('SET', 'pons:{one}:meta', 'x');
      await is(url, 'PONS_ERR_REDIS_WRONG_TYPE');
      await is(url, 'PONS_ERR_REDIS_WRONG_TYPE', 'one');
      assert.is(await unready(url, 'two'), null);
      assert.is((await ask(`${url}/one`, 'POST', '{}')).status, 503);
      assert.is((await ask(`${url}/two`, 'POST', '{}')).status, 200);
      await until(() => Promise.resolve(said('one cannot be served') > 0 ? true : null));
      assert.is(said('one cannot be served'), 1);
    } finally {
      await cast.end();
    }
  });
});

test.run();
