import { Readable } from 'node:stream';
import { oneKbRequest } from '../support/bench/one-kb.ts';
import { unlessQuick } from '../support/bench/quick.ts';
import { NO_REDIS } from '../support/bench/redis.ts';
import { printHeading, printLine, printMissing } from '../support/bench/report.ts';
import { serveNoop } from '../support/bench/served-noop.ts';
import { passUntilStored } from '../support/bench/until-stored.ts';
import { startRedisServer, type RedisServer } from '../support/redis/server.ts';
import { commandsOf, usageOf, type Usage } from '../support/redis/usage.ts';
import { withStoreIn } from '../workloads/redis/with-store.ts';

/*
 * What a workload takes of Redis, with a payload of 1 KB and a result of as much: memory and append-only file while it waits and after it has ended, and
 * the commands from its submission until its result was fetched, as a served project sends them. docs/operations.md has these figures.
 */

const COUNT = unlessQuick(50_000, 5000);
const PASSED = unlessQuick(5000, 1000);
const API = 'sizes';
const BODY = Buffer.from(JSON.stringify(oneKbRequest()).slice(0, 1023).padEnd(1023, ' '));
const AT_ONCE = 64;

/** Takes figures of `redis` before and after; prints their difference for each of `COUNT` workloads. */
async function measured(
  redis: RedisServer,
  title: string,
  from: Usage | null,
  act: () => Promise<void>,
): Promise<void> {
  const fileBefore = usageOf(redis).file;
  await act();
  const written = usageOf(redis).file - fileBefore;
  const after = usageOf(redis, true);
  const each = (bytes: number): string => `${Math.round(bytes / COUNT)} bytes`;
  printLine({ title: `${title}: memory`, shown: each(after.memory - (from?.memory ?? 0)) });
  printLine({ title: `${title}: file, once rewritten`, shown: each(after.file - (from?.file ?? 0)) });
  printLine({ title: `${title}: written to the file`, shown: each(written) });
}

async function sizes(redis: RedisServer): Promise<void> {
  await withStoreIn(redis, async (store) => {
    const empty = usageOf(redis, true);
    await measured(redis, 'a workload that waits', empty, async () => {
      for (let at = 0; at < COUNT; at += AT_ONCE) {
        const some = Array.from({ length: Math.min(AT_ONCE, COUNT - at) }, async (_, offset) => {
          const received = await store.receive(Readable.from([BODY]), BODY.byteLength);
          const id = `00000000-0000-4000-8000-${String(at + offset).padStart(12, '0')}`;
          await store.submit({ api: API, id, isNewId: true, contentType: 'application/json', received });
        });
        await Promise.all(some);
      }
    });
    await measured(redis, 'a workload that has ended', empty, async () => {
      for (;;) {
        const { leases } = await store.lease(API, AT_ONCE);
        if (leases.length === 0) break;
        await Promise.all(leases.map((lease) => store.complete(lease, BODY)));
      }
    });
  });
}

async function commands(redis: RedisServer): Promise<void> {
  const pons = await serveNoop(undefined, { PONS_REDIS_URL: redis.url });
  try {
    await passUntilStored(pons.url, PASSED / 4);
    const before = commandsOf(redis);
    await passUntilStored(pons.url, PASSED);
    const each = (commandsOf(redis) - before) / PASSED;
    printLine({
      title: 'commands of Redis a workload',
      shown: each.toFixed(1),
      target: { atMost: 12, value: each, unit: 'commands' },
    });
  } finally {
    await pons.end();
  }
}

printHeading(`redis-sizing: ${COUNT} workloads of 1 KB with results of 1 KB`);
for (const part of [sizes, commands]) {
  const redis = await startRedisServer({ appendfsync: 'everysec', 'auto-aof-rewrite-percentage': '0' });
  if (redis === null) printMissing('what a workload takes of Redis', NO_REDIS);
  else {
    try {
      await part(redis);
    } finally {
      await redis.end();
    }
  }
}
