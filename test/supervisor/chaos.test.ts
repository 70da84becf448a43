import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../support/bench/free-port.ts';
import type { Census } from '../support/chaos/census.ts';
import { ask } from '../support/chaos/http.ts';
import { readJournal } from '../support/chaos/journal.ts';
import { lookAtAll, waitForAllEnds } from '../support/chaos/observers.ts';
import { withChaos, type ChaosRun } from '../support/chaos/run.ts';
import { CHAOS_NOTES, CHAOS_SECONDS, CHAOS_SEED, CHAOS_WORKLOADS } from '../support/chaos/settings.ts';
import { inspectStateFolder } from '../support/chaos/state-folder.ts';
import { summaryOf } from '../support/chaos/summary.ts';
import { judge } from '../support/chaos/verdict.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const PROJECT = fileURLToPath(new URL('../fixtures/chaos', import.meta.url));
const NONE_ENDS_MS = 60_000;
const GONE_MS = 30_000;

test('5,000 workloads while predictors and supervisors are killed at random: each ends once and right, and nothing is left', async () => {
  // Not in /tmp, where each process has its own.
  const notes = realpathSync(mkdtempSync('/var/tmp/pons-test-'));
  const stateDir = makeTempDir();
  const options = { project: PROJECT, notes, stateDir, port: await freePort() };
  process.stdout.write(`chaos: CHAOS_SEED=${CHAOS_SEED} CHAOS_SECONDS=${CHAOS_SECONDS}\n`);
  try {
    const violations = await withChaos(
      { ...options, seed: CHAOS_SEED, seconds: CHAOS_SECONDS, workloads: CHAOS_WORKLOADS },
      async (run) => {
        await settle(run, stateDir);
        process.stdout.write(`${summaryOf(run)}\n`);
      },
    );
    assert.equal(violations, []);
  } finally {
    if (CHAOS_NOTES !== null) cpSync(notes, CHAOS_NOTES, { recursive: true });
    rmSync(notes, { recursive: true });
  }
});

/** Waits for the last ends, then looks at everything: at the answers, before and after a restart, at the state folder, at processes. */
async function settle({ ledger, program, killer, census, journal }: ChaosRun, stateDir: string): Promise<void> {
  const { url } = program;
  for (const id of await waitForAllEnds({ url, ledger }, NONE_ENDS_MS)) ledger.violated(`${id} is stuck`);
  const children = [...readJournal(journal).calls.keys()];
  const evidence = {
    ...{ ledger, killed: killer.killed, supervisorDeaths: program.killedAt, journal: readJournal(journal) },
    answers: await lookAtAll({ url, ledger }),
    children: await lookAtChildren(url, children),
  };
  for (const objection of judge(evidence)) ledger.violated(objection);
  for (const objection of await countsNotZero(url)) ledger.violated(objection);

  census.look(program.pid);
  program.ask();
  await program.ended();
  // Before the next start sweeps.
  const { workloads, objections } = inspectStateFolder(stateDir);
  for (const objection of objections) ledger.violated(objection);
  program.start();
  await program.serving();
  // Whatever differs now is a violation of its own.
  await lookAtAll({ url, ledger });
  census.look(program.pid);
  program.ask();
  await program.ended();
  for (const left of await leftAlive(census)) ledger.violated(`still alive: ${left}`);
  for (const left of census.findByFolder()) ledger.violated(`still there: ${left}`);
  if (readFileSync('/proc/self/mountinfo', 'utf8').includes(stateDir)) ledger.violated('a mount is left');

  const stored = new Map<string, number>();
  for (const { api, id } of workloads) stored.set(`${api}/${id}`, (stored.get(`${api}/${id}`) ?? 0) + 1);
  for (const [id, count] of stored) if (count !== 1) ledger.violated(`${id} is stored ${count} times`);
  for (const { api, id } of workloads) {
    // A predictor that is killed between a submission and its note leaves a workload that nobody waits for.
    if (ledger.entries.get(id)?.planned.api !== api && api !== 'single') ledger.violated(`${api}/${id} is nobody's`);
  }
}

async function lookAtChildren(url: string, ids: readonly string[]): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const id of ids) {
    const heard = await ask({ method: 'GET', url: `${url}/single/${id}` });
    answers.set(id, heard?.text ?? '{}');
  }
  return answers;
}

async function countsNotZero(url: string): Promise<string[]> {
  const { apis } = JSON.parse((await ask({ method: 'GET', url }))?.text ?? '') as { apis: { endpoint: string }[] };
  const objections: string[] = [];
  for (const { endpoint } of apis) {
    const text = (await ask({ method: 'GET', url: `${url}${endpoint}` }))?.text ?? '{}';
    const { queue } = JSON.parse(text) as { queue: { in_queue: number; in_progress: number } };
    if (queue.in_queue !== 0 || queue.in_progress !== 0) objections.push(`${endpoint} counts ${JSON.stringify(queue)}`);
  }
  return objections;
}

async function leftAlive(census: Census): Promise<string[]> {
  const lapsedAt = Date.now() + GONE_MS;
  while (census.alive.length > 0 && Date.now() < lapsedAt) await pause(50);
  return census.alive.map(({ pid, command }) => `${pid} ${command}`);
}

test.run();
