import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { waitForDeaths } from '../../support/processes.ts';
import { Preparation } from '../../../runtime/project/dependencies/preparation.ts';
import { runChild, type ChildOutcome } from '../../../runtime/project/dependencies/child.ts';
import { deadline } from '../../support/deadline.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { withoutUv } from './support/prepare.ts';
import { Reaper } from '../../../runtime/processes/reaper.ts';

const preparation = await Preparation.begin(new Reaper());

interface Ran extends ChildOutcome {
  readonly said: readonly string[];
}

async function run(
  script: string,
  { cwd = makeTempDir(), environment = {}, signal = new AbortController().signal } = {},
): Promise<Ran> {
  const said: string[] = [];
  const options = {
    cwd,
    environment: { ...withoutUv, ...environment },
    say: (line: string) => said.push(line),
    signal,
    preparation,
  };
  return { ...(await deadline(60_000, runChild('/bin/sh', ['-c', script], options), 'running')), said };
}

test('both streams are said line by line, without control characters and empty lines', async () => {
  const { ok, said } = await run(String.raw`printf 'one\n\n\033[1mtwo\033[0m\nthree' >&2`);
  assert.ok(ok);
  assert.equal(said, ['one', 'two', 'three']);
});

test('the end is told as it was, with the last lines', async () => {
  const failed = await run('seq 1 100; exit 7');
  assert.equal(
    [failed.ok, failed.outcome, failed.lastLines.length, failed.lastLines.at(-1)],
    [false, 'ended with exit code 7', 15, '100'],
  );
  assert.is((await run('kill -9 $$')).outcome, 'was ended by SIGKILL');
  const options = {
    cwd: '/',
    environment: withoutUv,
    say: () => undefined,
    signal: new AbortController().signal,
    preparation,
  };
  const missing = await runChild('/no/such/program', [], options);
  assert.match(missing.outcome, /^could not be started \(.*ENOENT/);
});

test('a line without an end is cut', async () => {
  const { ok, said } = await run("head -c 5000000 /dev/zero | tr '\\0' x; echo; echo next");
  assert.ok(ok);
  assert.equal([said.map(({ length }) => length), said.at(-1)], [[16 * 1024 + 3, 4], 'next']);
});

test("a child can neither read an answer nor open a terminal, and sees none of Pons's own variables", async () => {
  const environment = { PONS_STATE_DIR: 'x', OTHER: 'y' };
  const { said } = await run(
    'read -r answer || echo no input; (: < /dev/tty) 2>/dev/null || echo no terminal; env | grep -E "^(PONS_|OTHER)"',
    {
      environment,
    },
  );
  assert.equal(said, ['no input', 'no terminal', 'OTHER=y']);
});

test('a background process that keeps the output open does not hold up the end', async () => {
  const cwd = makeTempDir();
  const { ok, said } = await run('sleep 1000 & echo $! > pid; echo done', { cwd });
  process.kill(Number(readFileSync(join(cwd, 'pid'), 'utf8')), 'SIGKILL');
  assert.equal([ok, said], [true, ['done']]);
});

test('an abort kills a child with all that it started', async () => {
  const cwd = makeTempDir();
  const controller = new AbortController();
  const said: string[] = [];
  const say = (line: string): void => {
    said.push(line);
    controller.abort(new Error('stopped by the test'));
  };
  const script = 'sleep 1000 & echo $! > pid; echo started; wait';
  const running = runChild('/bin/sh', ['-c', script], {
    cwd,
    environment: withoutUv,
    say,
    signal: controller.signal,
    preparation,
  });
  const error: unknown = await deadline(60_000, running, 'stopping').catch((thrown: unknown) => thrown);
  assert.is(error instanceof Error && error.message, 'stopped by the test');
  await waitForDeaths([Number(readFileSync(join(cwd, 'pid'), 'utf8'))], 30_000);
  assert.equal(said, ['started']);
});

test.run();
