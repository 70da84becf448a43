import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freeze } from '../support/processes.ts';
import { pons } from '../support/pons.ts';
import { oneApi, predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import { makeCertificate } from '../support/redis/certificate.ts';
import { ended } from '../support/redis/ended.ts';
import { makeNotes } from '../support/redis/notes.ts';
import { startProxy, type RedisProxy } from '../support/redis/proxy.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { servePons } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const SAMPLE = fileURLToPath(new URL('../../sample-project', import.meta.url));

const ready = (url: string): Promise<true> =>
  until(async () => ((await ask(`${url}/readyz`)).status === 200 ? true : null));

test('the sample project is served from Redis, over TLS and with a password, neither of which anybody is shown', async () => {
  const certificate = makeCertificate();
  await withRedis(
    async (server) => {
      const env = {
        PONS_REDIS_URL: `rediss://default:s3cret%2Fword@localhost:${server.tlsPort}/0`,
        NODE_EXTRA_CA_CERTS: certificate.file,
      };
      const served = await servePons(SAMPLE, { env });
      try {
        await ready(served.url);
        const sample = readFileSync(join(SAMPLE, 'samples/iris-classifier.json'), 'utf8');
        assert.is((await ask(`${served.url}/iris-classifier`, 'POST', sample, 'flower')).status, 200);
        assert.equal((await ended(`${served.url}/iris-classifier/flower`))['result'], { label: 'setosa' });
        assert.ok(served.lines.some((line) => line.includes(`rediss://localhost:${server.tlsPort}/0`)));
        assert.not.ok(served.lines.some((line) => line.includes('s3cret')));
      } finally {
        assert.is(await served.stop(), 0);
      }
      await server.kill();
      const { code, stderr, stdout } = await pons(['serve', SAMPLE, '--state-dir', makeTempDir()], env);
      assert.is(code, 1);
      assert.match(stderr, 'PONS_ERR_REDIS_NOT_REACHED');
      assert.not.match(stderr + stdout, 's3cret');
    },
    { ...certificate.settings, requirepass: 's3cret/word' },
  );
});

test('gateways and predictors in processes of their own serve together', async () => {
  await withRedis(async (server) => {
    const body = 'import os\nreturn {"pid": os.getpid()}';
    const cast = new Cast(server, { 'cortex.yaml': oneApi(), 'predictor.py': predicting(body) });
    try {
      const gateway = await cast.start('gateway');
      assert.is((await ask(`${gateway.url}/readyz`)).status, 503);
      assert.is(
        (await ask(`${gateway.url}/api`, 'POST', '{}', 'early')).status,
        200,
        'accepted before anybody can run it',
      );
      const hosts = [await cast.start('predictors'), await cast.start('predictors')];
      await ready(gateway.url);
      assert.is((await ended(`${gateway.url}/api/early`))['status'], 'completed');
      const { json } = await until(async () => {
        const answer = await ask(`${gateway.url}/api`);
        return (answer.json['replicas'] as { ready: number }).ready === 2 ? answer : null;
      });
      assert.equal(json['replicas'], { requested: 2, ready: 2 });
      assert.is((json['processes'] as unknown[]).length, 2);
      for (const host of hosts) {
        assert.is((await ask(`${host.url}/readyz`)).status, 200);
        assert.is((await ask(`${host.url}/api`, 'POST', '{}')).status, 404);
      }
      const ids = Array.from({ length: 40 }, (_, at) => `w${at}`);
      await Promise.all(ids.map((id) => ask(`${gateway.url}/api`, 'POST', '{}', id)));
      const results = await Promise.all(ids.map((id) => ended(`${gateway.url}/api/${id}`)));
      assert.ok(results.every(({ status }) => status === 'completed'));
      assert.is(await hosts[0]?.stop(), 0);
      const left = await until(async () => {
        const answer = await ask(`${gateway.url}/api`);
        return (answer.json['processes'] as unknown[]).length === 1 ? answer : null;
      });
      assert.equal(left.json['replicas'], { requested: 1, ready: 1 });
    } finally {
      await cast.end();
    }
  });
});

test('a workload that runs on another host can be cancelled, and its predict is ended there', async () => {
  await withRedis(async (server) => {
    const notes = makeNotes();
    const body = `import time\ntry:\n    open("${notes}/begun", "w").close()\n    time.sleep(120)\nfinally:\n    open("${notes}/ended", "w").close()`;
    const cast = new Cast(server, { 'cortex.yaml': oneApi(), 'predictor.py': predicting(body) });
    try {
      const gateway = await cast.start('gateway');
      await cast.start('predictors');
      await ask(`${gateway.url}/api`, 'POST', '{}', 'one');
      await until(() => Promise.resolve(existsSync(join(notes, 'begun')) ? true : null), 60_000);
      assert.is((await ask(`${gateway.url}/api/one`, 'DELETE')).status, 200);
      await until(() => Promise.resolve(existsSync(join(notes, 'ended')) ? true : null));
      assert.is((await ask(`${gateway.url}/api/one`)).json['status'], 'cancelled');
    } finally {
      await cast.end();
    }
  });
});

/** Ways in which a host ceases to hold what it has leased, and how it comes back, if it does. */
const awayHosts: Record<
  string,
  { away: (pid: number, proxy: RedisProxy) => void; back?: (pid: number, proxy: RedisProxy) => void }
> = {
  'is killed': { away: (pid) => process.kill(pid, 'SIGKILL') },
  'is suspended past its leases': {
    away: freeze,
    back: (pid) => process.kill(pid, 'SIGCONT'),
  },
  'is cut off from Redis': {
    away: (_pid, proxy) => {
      proxy.cut();
    },
    back: (_pid, proxy) => {
      proxy.heal();
    },
  },
};

/** A predictor whose first run waits until it is let go; each run answers which one it was. */
const firstWaits = (notes: string): string =>
  [
    'import os, time',
    `me = "begun-%d" % len([one for one in os.listdir("${notes}") if one.startswith("begun")])`,
    `open(os.path.join("${notes}", me), "w").close()`,
    `while me == "begun-0" and not os.path.exists("${notes}/go"):`,
    '    time.sleep(0.05)',
    'return {"ran": me}',
  ].join('\n');

for (const [what, { away, back }] of Object.entries(awayHosts)) {
  test(`what a host holds that ${what} goes to another one, and each workload has one result`, async () => {
    await withRedis(async (server) => {
      const notes = makeNotes();
      const proxy = await startProxy(server.port);
      const cast = new Cast(server, { 'cortex.yaml': oneApi(), 'predictor.py': predicting(firstWaits(notes)) });
      try {
        const gateway = await cast.start('gateway');
        const first = await cast.start('predictors', { env: { PONS_REDIS_URL: `redis://127.0.0.1:${proxy.port}` } });
        await ask(`${gateway.url}/api`, 'POST', '{}', 'one');
        await until(() => Promise.resolve(existsSync(join(notes, 'begun-0')) ? true : null), 60_000);
        away(first.pid, proxy);
        const second = await cast.start('predictors');
        assert.equal((await ended(`${gateway.url}/api/one`))['result'], { ran: 'begun-1' });
        const said = () =>
          [gateway, second].flatMap(({ lines }) => lines.filter((line) => line.includes('back in the queue')));
        await until(() => Promise.resolve(said().length > 0 ? true : null));
        assert.is(said().length, 1);
        if (back !== undefined) {
          writeFileSync(join(notes, 'go'), '');
          back(first.pid, proxy);
          await ready(first.url);
          // Only the first host is left to run this one, which it does behind what it held in vain.
          assert.is(await second.stop(), 0);
          await ask(`${gateway.url}/api`, 'POST', '{}', 'two');
          assert.is((await ended(`${gateway.url}/api/two`))['status'], 'completed');
          assert.equal((await ask(`${gateway.url}/api/one`)).json['result'], { ran: 'begun-1' });
        }
      } finally {
        await cast.end();
        await proxy.close();
      }
    });
  });
}

test('a role of its own needs a Redis', async () => {
  const { code, stderr } = await pons(['serve', SAMPLE, '--role', 'gateway']);
  assert.is(code, 2);
  assert.match(stderr, 'PONS_ERR_CLI_ROLE');
});

test('two processes never share a state folder, whatever keeps their workloads', async () => {
  await withRedis(async (server) => {
    const cast = new Cast(server, { 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });
    try {
      const { stateDir } = await cast.start('gateway');
      const { code, stderr } = await pons(['serve', SAMPLE, '--state-dir', stateDir, '--redis', server.url]);
      assert.is(code, 2);
      assert.match(stderr, 'PONS_ERR_STATE_LOCKED');
    } finally {
      await cast.end();
    }
  });
});

test.run();
