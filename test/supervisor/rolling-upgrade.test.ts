import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { notRun } from '../support/not-run.ts';
import { pons } from '../support/pons.ts';
import { previousVersion } from '../support/previous-version.ts';
import { waitForDeaths } from '../support/processes.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import type { Served } from '../support/served.ts';

const WAIT_MS = 60_000;
const files = {
  'cortex.yaml': oneApi(),
  'predictor.py': predicting(
    'import time\nif payload == "held":\n    time.sleep(3600)\ntime.sleep(0.02)\nreturn {"length": len(payload), "host": os.uname().nodename, "process": os.getpid()}',
    'import os',
  ),
};

test('the version before this one and this one serve together, and either takes over from the other', async () => {
  const previous = previousVersion();
  if (previous === null) {
    notRun('git repository: there is none to take the version before this one from');
    return;
  }
  // It is run all the same: what is committed may be another version than what is tested.
  if (previous.name === 'HEAD')
    notRun('git repository: it has nothing before HEAD, so that HEAD served for the version before this one');
  await withRedis(async (server) => {
    const cast = new Cast(server, files);
    const old = () => cast.start('both', { program: previous.program });
    try {
      const first = await old();
      const post = async (to: Served, id: string, body = id): Promise<number> =>
        (await ask(`${to.url}/api`, 'POST', JSON.stringify(body), id)).status;
      const ended = (from: Served, id: string) =>
        until(async () => {
          const { json } = await ask(`${from.url}/api/${id}`);
          return ['in_queue', 'in_progress'].includes(String(json['status'])) ? null : json;
        }, WAIT_MS);

      assert.is(await post(first, 'before'), 200);
      const second = await cast.start('both');
      await until(async () => {
        const { json } = await ask(`${second.url}/api`);
        return (json['replicas'] as { ready: number }).ready === 2 ? true : null;
      }, WAIT_MS);

      // Each gets half of the workloads, and is asked for the other half.
      const ids = Array.from({ length: 60 }, (_one, at) => `w${at}`);
      const [even, odd] = [first, second];
      const bodyOf = (at: number, id: string): string => (at % 20 === 7 ? id.repeat(200_000) : id);
      const outcomes = await Promise.all(ids.map((id, at) => post(at % 2 === 0 ? even : odd, id, bodyOf(at, id))));
      assert.ok(outcomes.every((status) => status === 200));
      const results = await Promise.all(ids.map((id, at) => ended(at % 2 === 0 ? odd : even, id)));
      results.forEach((result, at) => {
        assert.is(result['status'], 'completed');
        assert.is((result['result'] as { length: number }).length, bodyOf(at, ids[at] ?? '').length);
      });
      const processOf = ({ result }: Record<string, unknown>): number => (result as { process: number }).process;
      const processes = new Set(results.map(processOf));
      // One that the machine kept waiting may have come too late for all of these.
      for (let at = 0; processes.size < 2 && at < 500; at += 1) {
        assert.is(await post(first, `more${at}`), 200);
        processes.add(processOf(await ended(second, `more${at}`)));
      }
      assert.is(processes.size, 2, 'both have run some');
      assert.is((await ended(second, 'before'))['status'], 'completed');
      assert.is(await post(second, 'w0', bodyOf(0, 'w0')), 200, 'what the other has stored is known');
      assert.is(await post(first, 'w1', 'other'), 409);

      // Somebody cancels by way of the one what the other has.
      assert.is(await post(first, 'held'), 200);
      await until(async () => ((await ask(`${first.url}/api/held`)).json['status'] === 'in_progress' ? true : null));
      for (const served of [first, second]) await ask(`${served.url}/api/held`, 'DELETE');
      assert.is((await ask(`${first.url}/api/held`)).json['status'], 'cancelled');

      // The old one is killed with what it holds; then the new one stops in order while an old one is back, as when somebody goes back.
      process.kill(first.pid, 'SIGKILL');
      await waitForDeaths([first.pid], WAIT_MS);
      const later = Array.from({ length: 20 }, (_one, at) => `later${at}`);
      await Promise.all(later.map((id) => post(second, id)));
      for (const id of later) assert.is((await ended(second, id))['status'], 'completed');
      const third = await old();
      const last = Array.from({ length: 20 }, (_one, at) => `last${at}`);
      await Promise.all(last.map((id) => post(second, id)));
      assert.is(await second.stop(), 0);
      for (const id of last) assert.is((await ended(third, id))['status'], 'completed');
    } finally {
      await cast.end();
    }
  });
});

test('a project is not served from data of a later format, and a process that finds it while it runs ends', async () => {
  await withRedis(async (server) => {
    const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });
    const cast = new Cast(server, { 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });
    try {
      const served = await cast.start('gateway');
      server.command('HSET', 'pons:{api}:meta', 'format', '2');
      await waitForDeaths([served.pid], WAIT_MS);
      for (const args of [
        ['serve', project, '--state-dir', makeTempDir()],
        ['export-state', project, '--to', `${makeTempDir()}/file`],
      ]) {
        const { code, stderr } = await pons(args, { PONS_REDIS_URL: server.url });
        assert.is(code, 2);
        assert.match(stderr, /have format 2; .*PONS_ERR_REDIS_FORMAT/s);
      }
    } finally {
      await cast.end();
    }
  });
});

test('the version before this one is the latest tag before it, and the commit before as long as there is none', () => {
  const root = makeTempDir();
  const identity = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@localhost'];
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', root, ...identity, ...args], { stdio: 'ignore' });
  const commit = (): unknown => git('commit', '--allow-empty', '-m', 'nothing');
  assert.is(previousVersion(root), null);
  git('init');
  commit();
  assert.is(previousVersion(root)?.name, 'HEAD', 'there is none before it');
  commit();
  git('tag', 'v0.9.0');
  assert.is(previousVersion(root)?.name, 'HEAD^', 'it is the first one');
  for (const tag of ['v0.10.0', 'v0.2.0', 'other']) {
    commit();
    git('tag', tag);
  }
  assert.is(previousVersion(root)?.name, 'v0.10.0');
});

test.run();
