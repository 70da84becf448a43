import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  contentsOf,
  exportArguments,
  exportOf,
  filled,
  idleProject,
  importArguments,
} from '../support/moving/mover.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { MAIN, TSX } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { withStoreAt } from '../workloads/embedded/with-store.ts';
import { patterned, submitBytes } from '../workloads/samples.ts';

const MB = 1024 * 1024;
const COMMAND_MS = 240_000;
const WORKLOADS = 100_000;
const AT_ONCE = 10_000;
/** Much less than either store, file or body holds. */
const MORE_BYTES = 200 * MB;
/** What the garbage collector lets lie about as long as there is room would be most of what is measured. */
const LITTLE_ROOM = ['--max-old-space-size=64', '--max-semi-space-size=2'];

const project = idleProject();
/** Notes the most memory that a process has had when it ends. */
const NOTE_PEAK =
  'process.on("exit", () => require("node:fs").writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)))';

/** Runs a command; resolves to the most memory that it has had, in bytes. */
async function peakOf(args: readonly string[]): Promise<number> {
  const folder = makeTempDir();
  const [script, peak] = [join(folder, 'note.cjs'), join(folder, 'peak')];
  writeFileSync(script, NOTE_PEAK);
  const env = { PEAK_FILE: peak };
  const node = [...LITTLE_ROOM, '--require', script, '--import', TSX];
  await execa(process.execPath, [...node, MAIN, ...args], { env, timeout: COMMAND_MS });
  return Number(readFileSync(peak, 'utf8')) * 1024;
}

/** Opens the store anew now and then: no test waits for one for long. */
async function fill(stateDir: string): Promise<void> {
  const bytes = patterned(1000);
  for (let from = 0; from < WORKLOADS; from += AT_ONCE) {
    const ids = Array.from({ length: AT_ONCE }, (_one, at) => `w${from + at}`);
    await withStoreAt(stateDir, async (store) => {
      await Promise.all(ids.map((id) => submitBytes(store, 'api', id, bytes)));
    });
  }
  await withStoreAt(stateDir, async (store) => {
    await submitBytes(store, 'api', 'large', patterned(100 * MB));
  });
}

test('a hundred thousand workloads, and a body of 100 MB, are moved with little memory', async () => {
  await withRedis(
    async (server) => {
      const [small, large, back] = [
        await filled({ one: '1' }),
        { stateDir: makeTempDir() },
        { stateDir: makeTempDir() },
      ];
      const smallFile = await exportOf(small);
      const [file, again] = [join(makeTempDir(), 'file'), join(makeTempDir(), 'again')];
      await fill(large.stateDir);
      const redis = { redis: server.url };
      const usual = Math.max(
        await peakOf(exportArguments(project, small, join(makeTempDir(), 'small'))),
        await peakOf(importArguments(project, { stateDir: makeTempDir() }, smallFile)),
      );
      for (const args of [
        exportArguments(project, large, file),
        importArguments(project, redis, file),
        exportArguments(project, redis, again),
        importArguments(project, back, again),
      ]) {
        const more = (await peakOf(args)) - usual;
        assert.ok(more < MORE_BYTES, `${args[0] ?? ''} took ${Math.round(more / MB)} MB more than with one workload`);
      }
      const [went, came] = [contentsOf(file), contentsOf(again)];
      assert.ok(went.length > 2 * WORKLOADS);
      assert.is(came.length, went.length);
      assert.ok(came.every((line, at) => line === went[at]));
    },
    { appendfsync: 'everysec' },
  );
});

test.run();
