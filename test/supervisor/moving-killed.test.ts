import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  contentsOf,
  exportArguments,
  exported,
  exportOf,
  filled,
  idleProject,
  importArguments,
  imported,
  type Place,
} from '../support/moving/mover.ts';
import { pons } from '../support/pons.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { MAIN, servePons, TSX } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { patterned } from '../workloads/samples.ts';
import { seededRandom } from '../workloads/seeded-random.ts';

const project = idleProject();
const random = seededRandom(20261126);
const POLL_MS = 2;
/** Of commands that are run until one is killed in the middle. */
const ROUNDS = 20;

/** 3,000 small workloads, and larger ones among them. */
const source = await filled(
  Object.fromEntries(
    Array.from({ length: 3000 }, (_one, at) => [
      `w${at}`,
      at % 500 === 250 ? patterned(5_000_000, at) : patterned(500, at),
    ]),
  ),
);

/** Runs a command and kills it once `isTime`; resolves to whether it was killed, rather than done before. What it had under way is in `temp`. */
async function runAndKill(args: readonly string[], isTime: () => boolean, temp = makeTempDir()): Promise<boolean> {
  const child = spawn(process.execPath, ['--import', TSX, MAIN, ...args], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: temp },
  });
  const exited = once(child, 'exit');
  while (child.exitCode === null && !isTime()) await pause(POLL_MS);
  child.kill('SIGKILL');
  await exited;
  return child.signalCode === 'SIGKILL';
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
const partSizes = (folder: string): readonly number[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.part'))
    .map((name) => sizeOf(join(folder, name)));

test('an export that is killed at any moment leaves no file under its name, and the next one is whole', async () => {
  const whole = await exportOf(source);
  const folder = makeTempDir();
  const file = join(folder, 'file');
  let killed = 0;
  // One that was done before anybody looked shows nothing: the machine may let it run on and this process wait.
  for (let round = 0; killed < 5 && round < ROUNDS; round += 1) {
    const bytes = Math.floor(random() * sizeOf(whole));
    const isKilled = await runAndKill(
      exportArguments(project, source, file),
      () => partSizes(folder).some((size) => size > bytes) || existsSync(file),
    );
    if (isKilled) killed += 1;
    if (!existsSync(file)) continue;
    assert.equal(contentsOf(file), contentsOf(whole));
    rmSync(file);
  }
  assert.ok(killed > 0);
  assert.equal(contentsOf(await exported(project, source)), contentsOf(whole));
});

/** Kills imports until one comes to its end, then compares; `progress` tells how much of it there is, from 0 to 1. */
async function killImports(place: Place, file: string, progress: () => number): Promise<void> {
  for (const share of [0.02, 0.2 + random() * 0.3, 0.6 + random() * 0.3]) {
    await runAndKill(importArguments(project, place, file), () => progress() > share);
  }
  assert.match(await imported(project, place, file), /^Imported \d+ workloads.* [1-9]\d* were there already/);
  assert.match(await imported(project, place, file), /^Imported 0 workloads.* 3000 were there already/);
}

test('an import into a state folder that is killed at any moment is the same when it is run again', async () => {
  const file = await exportOf(source);
  const place = { stateDir: makeTempDir() };
  const filesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);
  await killImports(place, file, () => filesIn(join(place.stateDir, 'bodies')).length / 6);
  assert.equal(contentsOf(await exportOf(place)), contentsOf(file));
  assert.is(filesIn(join(place.stateDir, 'bodies')).length, 6, 'of what was under way nothing is left');
});

test('an import into Redis that is killed at any moment is the same when it is run again', async () => {
  await withRedis(async (server) => {
    const file = await exportOf(source);
    const place = { redis: server.url };
    await killImports(place, file, () => Number(server.command('DBSIZE')) / 3000);
    assert.equal(contentsOf(await exported(project, place)), contentsOf(file));
  });
});

test('what an import into Redis had under way when it was killed goes with the next start, export or import', async () => {
  await withRedis(async (server) => {
    const [file, place] = [await exportOf(source), { redis: server.url }];
    const left = (temp: string): readonly string[] => readdirSync(temp).filter((name) => name.startsWith('pons-move-'));
    for (const next of ['start', 'export', 'import'] as const) {
      const temp = makeTempDir();
      const isBegun = (): boolean => left(temp).some((name) => existsSync(join(temp, name, 'incoming')));
      const killed = (): Promise<boolean> => runAndKill(importArguments(project, place, file), isBegun, temp);
      // One that was done before anybody looked has nothing under way.
      for (let round = 0; !(await killed()); round += 1) assert.ok(round < ROUNDS);
      assert.is(left(temp).length, 1);
      const env = { TMPDIR: temp };
      if (next === 'start') await (await servePons(project, { env: { ...env, PONS_REDIS_URL: server.url } })).stop();
      else if (next === 'import') await pons(importArguments(project, place, file), env);
      else await pons(exportArguments(project, place, join(makeTempDir(), 'file')), env);
      assert.equal(left(temp), []);
    }
  });
});

test.run();
