import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ATTEMPTS_LIMIT } from '../../runtime/workloads/states.ts';
import { oneApi, predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import { ended } from '../support/redis/ended.ts';
import { makeNotes } from '../support/redis/notes.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { wrongClock } from '../support/redis/wrong-clock.ts';
import type { Served } from '../support/served.ts';
import { DEATH_BY_SIGKILL } from '../support/workload.ts';

const HOUR_MS = 3_600_000;
/** What a lease lasts that nobody renews, and more. */
const PAST_LEASE_SECONDS = 18;
const ROUNDS = 3;

/** Each result tells which host it is of. The payload says how long to sleep; the host, how many times as long. */
const predictor = predicting(
  [
    'time.sleep(payload["seconds"] * float(os.environ.get("TIMES_AS_LONG", "1")))',
    'if payload.get("dies"):',
    '    open(os.environ["RUNS"], "a").write("x")',
    '    os.kill(os.getpid(), signal.SIGKILL)',
    'return {"host": os.environ["HOST"]}',
  ].join('\n'),
  'import os, signal, time\n',
);

/** Runs `act` with a gateway and one host for each of these environments; all are ready. */
async function withHosts(
  hosts: Readonly<Record<string, NodeJS.ProcessEnv>>,
  act: (gateway: Served, cast: Cast) => Promise<void>,
): Promise<void> {
  await withRedis(async (server) => {
    const cast = new Cast(server, { 'cortex.yaml': oneApi(), 'predictor.py': predictor });
    try {
      const gateway = await cast.start('gateway');
      const started = Object.entries(hosts).map(([name, env]) =>
        cast.start('predictors', { env: { HOST: name, ...env } }),
      );
      await Promise.all(started);
      await until(async () => {
        const { json } = await ask(`${gateway.url}/api`);
        return (json['replicas'] as { ready: number }).ready === started.length ? true : null;
      }, 60_000);
      await act(gateway, cast);
    } finally {
      await cast.end();
    }
  });
}

/** How many of these workloads each host has run. */
async function sharesOf({ url }: Served, ids: readonly string[]): Promise<Map<string, number>> {
  const shares = new Map<string, number>();
  for (const id of ids) {
    const { result, status } = await ended(`${url}/api/${id}`);
    assert.is(status, 'completed');
    const { host } = result as { host: string };
    shares.set(host, (shares.get(host) ?? 0) + 1);
  }
  return shares;
}

function submit({ url }: Served, id: string, payload: object): Promise<unknown> {
  return ask(`${url}/api`, 'POST', JSON.stringify(payload), id);
}

/** Measures again where the shares are not as they should be: a machine that keeps a host waiting once does not do so each time. */
async function assertShares(
  fits: (shares: ReadonlyMap<string, number>) => boolean,
  measure: (round: number) => Promise<ReadonlyMap<string, number>>,
): Promise<void> {
  const told: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const shares = await measure(round);
    if (fits(shares)) return;
    told.push(JSON.stringify([...shares]));
  }
  assert.unreachable(told.join('; '));
}

/** Within a tenth. */
const areEven = (shares: ReadonlyMap<string, number>, hosts: number, all: number): boolean => {
  const even = all / hosts;
  return shares.size === hosts && [...shares.values()].every((share) => Math.abs(share - even) <= even / 10);
};

const THREE = { a: {}, b: {}, c: {} };

test('hosts that are as fast as one another share a queue that is never empty within a tenth of evenly', async () => {
  await withHosts(THREE, async (gateway) => {
    await assertShares(
      (shares) => areEven(shares, 3, 600),
      async (round) => {
        const ids = Array.from({ length: 600 }, (_, at) => `w${round}-${at}`);
        await Promise.all(ids.map((id) => submit(gateway, id, { seconds: 0.02 })));
        return sharesOf(gateway, ids);
      },
    );
  });
});

/** Shorter and longer than what is leased ahead. */
for (const seconds of [0.005, 0.06]) {
  test(`hosts that could do more than there is share what comes in, of ${seconds} s each, within a tenth of evenly`, async () => {
    await withHosts(THREE, async (gateway) => {
      const one = async (id: string): Promise<string> => {
        await submit(gateway, id, { seconds });
        return [...(await sharesOf(gateway, [id])).keys()].join('');
      };
      // A host waits for calls only some time after it is ready.
      const waiting = new Set<string>();
      for (let at = 0; waiting.size < 3; at += 1) waiting.add(await one(`early-${at}`));
      await assertShares(
        (shares) => areEven(shares, 3, 150),
        async (round) => {
          const shares = new Map<string, number>();
          for (let at = 0; at < 150; at += 1) {
            const host = await one(`w${round}-${at}`);
            shares.set(host, (shares.get(host) ?? 0) + 1);
          }
          return shares;
        },
      );
    });
  });
}

test('a host that is slow takes less, by as much as it is slower', async () => {
  await withHosts({ fast: {}, slow: { TIMES_AS_LONG: '5' } }, async (gateway) => {
    await assertShares(
      (shares) => {
        const slow = shares.get('slow') ?? 0;
        // 300 and 60, were there nothing but the sleep: what a run costs beside it, which is the same for both, moves that a little.
        return slow >= 45 && slow <= 90;
      },
      async (round) => {
        const ids = Array.from({ length: 360 }, (_, at) => `w${round}-${at}`);
        await Promise.all(ids.map((id) => submit(gateway, id, { seconds: 0.02 })));
        return sharesOf(gateway, ids);
      },
    );
  });
});

test('clocks that are wrong by an hour change nothing: nothing lapses, nothing runs twice, and the times shown are right', async () => {
  const hosts = { ahead: wrongClock(HOUR_MS), behind: wrongClock(-HOUR_MS) };
  await withHosts(hosts, async (gateway, cast) => {
    const wrong = await cast.start('gateway', { env: wrongClock(-HOUR_MS) });
    const long = ['long-a', 'long-b'];
    await Promise.all(long.map((id) => submit(gateway, id, { seconds: PAST_LEASE_SECONDS })));
    const short = Array.from({ length: 20 }, (_, at) => `w${at}`);
    await Promise.all(short.map((id, at) => submit(at % 2 === 0 ? gateway : wrong, id, { seconds: 0.01 })));
    assert.equal([...(await sharesOf(gateway, long))].sort(), [
      ['ahead', 1],
      ['behind', 1],
    ]);
    await sharesOf(wrong, short);
    for (const { url } of [gateway, wrong]) {
      const { json } = await ask(`${url}/api/long-a`);
      assert.ok(Math.abs(Date.parse(String(json['timestamp'])) - Date.now()) < 60_000, String(json['timestamp']));
    }
    const lines = cast.lines;
    assert.not.ok(lines.some((line) => line.includes('back in the queue')));
    const isWrong = (line: string): boolean => {
      const said = (JSON.parse(line) as { asctime: string }).asctime.replace(' ', 'T').replace(',', '.');
      return Math.abs(Date.parse(said) - Date.now()) > HOUR_MS / 2;
    };
    assert.ok(wrong.lines.some(isWrong), 'its clock is wrong indeed');
  });
});

test('a workload that kills each process that runs it is run no more often than its limit, on whichever hosts', async () => {
  const runs = join(makeNotes(), 'runs');
  await withHosts({ a: { RUNS: runs }, b: { RUNS: runs } }, async (gateway) => {
    await submit(gateway, 'poison', { seconds: 0, dies: true });
    const others = Array.from({ length: 40 }, (_, at) => `w${at}`);
    await Promise.all(others.map((id) => submit(gateway, id, { seconds: 0.01 })));
    const { status, error } = await ended(`${gateway.url}/api/poison`);
    assert.is(status, 'failed');
    const { code, message } = error as { code: string; message: string };
    assert.is(code, 'PONS_ERR_WORKLOAD_ATTEMPTS');
    assert.is(message.match(DEATH_BY_SIGKILL)?.length, ATTEMPTS_LIMIT);
    assert.is(readFileSync(runs, 'utf8').length, ATTEMPTS_LIMIT);
    await sharesOf(gateway, others);
  });
});

test.run();
