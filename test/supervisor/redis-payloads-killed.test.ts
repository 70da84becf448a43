import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, Cast } from '../support/redis/cast.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { ended, env, files, ready, request } from '../support/s3/large-bodies.ts';
import { startMoto, type Moto } from '../support/s3/moto.ts';
import { forgetCredentials } from '../support/s3/no-credentials.ts';
import { startProxy } from '../support/s3/proxy.ts';

const MB = 1024 * 1024;

forgetCredentials();
let moto: Moto;

test.before(async () => {
  moto = await startMoto();
});

test.after(() => moto.end());

/** What a process of its own does to the bucket when it is killed. */
const deaths: readonly (readonly [string, 'gateway' | 'predictors', (asked: string) => boolean])[] = [
  ['a gateway that has just stored a payload', 'gateway', (asked) => asked.startsWith('PUT ')],
  ['a host that reads a payload', 'predictors', (asked) => asked.startsWith('GET ')],
  ['a host that has just stored a result', 'predictors', (asked) => asked.startsWith('PUT ')],
  ['a host that takes away a payload', 'predictors', (asked) => asked.startsWith('DELETE ')],
];

for (const [what, role, isIt] of deaths) {
  test(`${what} is killed, and each workload has one result all the same`, async () => {
    await withRedis(async (server) => {
      const proxy = await startProxy(moto.address);
      const cast = new Cast(server, files);
      try {
        const stays = await cast.start(role === 'gateway' ? 'both' : 'gateway', { env: env(moto.address) });
        const victim = await cast.start(role, { env: env(proxy.address) });
        await ready(stays.url);
        const died = new Promise<void>((resolve) => {
          const act = (): void => {
            process.kill(victim.pid, 'SIGKILL');
            resolve();
          };
          proxy.deed = (asked) => (isIt(asked) && !asked.includes('probe') ? { kind: 'done', act } : { kind: 'pass' });
        });
        const { body, expected } = request(MB, MB);
        const submit = (url: string): Promise<unknown> =>
          ask(`${url}/api`, 'POST', body, 'one').catch(() => 'it went away');
        await submit(role === 'gateway' ? victim.url : stays.url);
        // The other one takes away payloads too, and may be first.
        await (what.includes('takes away') ? Promise.race([died, ended(`${stays.url}/api/one`)]) : died);
        process.kill(victim.pid, 'SIGKILL');
        if (role === 'gateway')
          assert.equal(await submit(stays.url), { status: 200, retryAfter: null, json: { id: 'one' } });
        else await cast.start('predictors', { env: env(moto.address) });
        const json = await ended(`${stays.url}/api/one`);
        assert.is(json['status'], 'completed', JSON.stringify(json['error'] ?? null));
        assert.equal(json['result'], expected);
      } finally {
        await cast.end();
        await proxy.end();
      }
    });
  });
}

test.run();
