import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError, type KnownError } from '../../runtime/errors/known-error.ts';
import { createLogger } from '../../runtime/log/logger.ts';
import { OwnServing } from '../../runtime/models/tensorflow/own/own-serving.ts';
import { ask } from '../../runtime/package/engine.ts';
import { findGpus } from '../../runtime/predictor/gpus/find-gpus.ts';
import { probeIsolation } from '../../runtime/predictor/isolation.ts';
import { probeSetpriv } from '../../runtime/processes/parent-death.ts';
import { Reaper } from '../../runtime/processes/reaper.ts';
import { runChild } from '../../runtime/project/dependencies/child.ts';
import { withInstalledPinned } from '../../runtime/project/dependencies/installer.ts';
import { resolveInterpreter } from '../../runtime/project/dependencies/interpreter.ts';
import { Preparation } from '../../runtime/project/dependencies/preparation.ts';
import { readDotenv } from '../../runtime/project/dotenv.ts';
import { machineEnvironment } from '../../runtime/project/environment.ts';
import { openFds, untilFds, withFreeFds } from '../support/free-fds.ts';
import { notRun } from '../support/not-run.ts';
import { pathWithSmi } from '../support/nvidia-smi.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/** Enough to read a file, too few to start anything. */
const FREE_FDS = 10;
const logger = createLogger({ write: () => true, onceDrained: () => undefined, close: () => Promise.resolve() });
const reaper = new Reaper();
await reaper.started();
const preparation = await Preparation.begin(reaper);
const dir = makeTempDir();
const { signal } = new AbortController();
const childOptions = { cwd: dir, environment: machineEnvironment(), say: () => undefined, signal, preparation };

test.after(() => reaper.close());

async function errorOf(act: () => unknown): Promise<KnownError> {
  try {
    await act();
  } catch (error) {
    if (isKnownError(error)) return error;
    throw error;
  }
  throw new Error('it was started');
}

function program(name: string, script: string): string {
  const folder = makeTempDir();
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return join(folder, name);
}

function dotenv(content: string): () => Promise<unknown> {
  const projectDir = makeTempDir();
  writeFileSync(join(projectDir, '.env'), content);
  return () => readDotenv({ projectDir, environment: machineEnvironment() });
}

const smi = pathWithSmi('echo 0');
const started: readonly (readonly [string, () => unknown])[] = [
  ['the reaper', () => new Reaper()],
  ['the look for setpriv', probeSetpriv],
  ['the look for namespaces', () => probeIsolation(dir)],
  ['the look for GPUs', () => findGpus({ PATH: smi })],
  ['the look for a Python', () => resolveInterpreter(null)],
  ['the bash of .env', dotenv('A=1')],
  ['what installs dependencies', () => runChild('/bin/true', [], childOptions)],
  [
    'the list of what is installed',
    () => withInstalledPinned({ kind: 'pip', uv: null, prefix: dir, options: childOptions }, () => Promise.resolve()),
  ],
  ['a container engine', () => ask({ name: 'docker', program: '/bin/true' }, ['version'])],
  [
    'a TensorFlow Serving',
    () => {
      const folder = join(makeTempDir(), 'serving');
      const options = { program: '/bin/true', env: {}, logger, reaper, setpriv: null, folder };
      return OwnServing.open({ ...options, signatureKeyOf: () => null }, signal);
    },
  ],
];

for (const [what, act] of started) {
  test(`${what} blames nothing but the files that may be open, where those are too many`, async () => {
    if (process.platform !== 'linux') {
      notRun('macOS: the open files of a process cannot be limited from outside');
      return;
    }
    const before = openFds();
    const error = await withFreeFds(FREE_FDS, () => errorOf(act));
    assert.is(error.code, 'PONS_ERR_MACHINE_NO_FILES');
    assert.match(error.message, '(EMFILE: too many open files)');
    await untilFds(before, what);
  });
}

const RETRY = 'fork: retry: Resource temporarily unavailable';
for (const [what, act] of [
  ['a shim of Python', () => resolveInterpreter(program('python3', `echo "shim: ${RETRY}" >&2; exit 254`))],
  ['a .env', dotenv(`echo "bash: ${RETRY}" >&2; exit 254`)],
] as const) {
  test(`${what} that could start nothing is not to blame for it`, async () => {
    const error = await errorOf(act);
    assert.is(error.code, 'PONS_ERR_MACHINE_NO_PROCESSES');
    assert.match(error.message, RETRY);
  });
}

test.run();
