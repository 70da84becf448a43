import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError } from '../../../../runtime/errors/known-error.ts';
import type { TensorflowModel } from '../../../../runtime/models/tensorflow/model.ts';
import { bridgeErrorOf } from '../../../support/bridge-error.ts';
import { deadline } from '../../../support/deadline.ts';
import { isAlive, waitForDeaths } from '../../../support/processes.ts';
import { until } from '../../../support/redis/until.ts';
import { installTensorflow } from '../../../support/tensorflow/installed.ts';
import { localModel, startOwnServing } from '../../../support/tensorflow/own-serving.ts';
import { START_MS } from '../../../support/tensorflow/stand-in.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';

const tensorflow = await installTensorflow();
const signal = new AbortController().signal;
const started = await startOwnServing(tensorflow);
const { serving, folder, lines } = started;

test.after(async () => {
  await started.close();
});

function saved(...names: string[]): string {
  return join(tensorflow.models, ...names);
}

/** A SavedModel of its own, whose files may be changed; `extra` are files of what the stand-in is asked for. */
function copyOf(name: string, extra: Readonly<Record<string, string>> = {}): string {
  const path = join(makeTempDir(), 'model');
  cpSync(saved(...name.split('/')), path, { recursive: true });
  mkdirSync(join(path, 'assets.extra'));
  for (const [file, content] of Object.entries(extra)) writeFileSync(join(path, 'assets.extra', file), content);
  return path;
}

async function scaled(model: TensorflowModel, x: number): Promise<number> {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(x);
  const [y] = await model.predict([{ name: 'x', type: 'float32', shape: [1], bytes }], signal);
  return y?.bytes.readFloatLE() ?? NaN;
}

/** Of the error of the table that a start would fail with. */
function codeOf({ cause }: Error): string | null {
  return isKnownError(cause) ? cause.code : null;
}

test('a model without version folders is served from where it lies', async () => {
  const model = await serving.load(localModel('scale', '1', saved('scale')));
  assert.is(await scaled(model, 21), 42);
  assert.is(model.diskPath, saved('scale'));
  await model.release();
});

test('several versions of a model are served beside each other', async () => {
  const features = { name: 'features', type: 'float32' as const, shape: [1, 4], bytes: Buffer.alloc(16) };
  features.bytes.writeFloatLE(0.5, 4);
  const first = await serving.load(localModel('iris', '1', saved('iris', '1')));
  const second = await serving.load(localModel('iris', '2', saved('iris', '2')));
  const [one] = await first.predict([features], signal);
  const [other] = await second.predict([features], signal);
  assert.is(one?.bytes.readBigInt64LE(), 1n);
  assert.is(other?.bytes.readBigInt64LE(), 0n);
  await Promise.all([first.release(), second.release()]);
});

test('a version whose files have changed is loaded beside what it was, which goes on until it is released', async () => {
  const before = await serving.load(localModel('scale', '7', copyOf('scale')));
  const after = await serving.load(localModel('scale', '7', saved('several-with-predict')));
  assert.is(await scaled(before, 1), 2);
  assert.is(after.signatureKey, 'predict');
  await before.release();
  assert.is(await scaled(after, 1), 2);
  await after.release();
});

test('models that are loaded at the same time are all served', async () => {
  const numbers = [1, 2, 3, 4, 5];
  const models = await Promise.all(numbers.map((n) => serving.load(localModel('scale', String(n), saved('scale')))));
  assert.equal(await Promise.all(models.map((model, index) => scaled(model, index))), [0, 2, 4, 6, 8]);
  await Promise.all(models.map((model) => model.release()));
});

test('a model that is released is no longer on the server, and leaves no folder', async () => {
  const model = await serving.load(localModel('scale', '1', saved('scale')));
  await model.release();
  assert.is(readdirSync(join(folder, 'models')).length, 0);
});

test('a version above what TensorFlow Serving can count is served', async () => {
  const model = await serving.load(localModel('scale', '99999999999999999999', saved('scale')));
  assert.is(await scaled(model, 1), 2);
  await model.release();
});

test('a folder that holds no SavedModel is an error that names the model and what TensorFlow says, and the others are served on', async () => {
  const good = await serving.load(localModel('scale', '1', saved('scale')));
  const error = await bridgeErrorOf(serving.load(localModel('broken', '3', makeTempDir())));
  assert.match(
    error.message,
    /^the model "broken" \(version 3\) at .* cannot be loaded by this API's own tensorflow_model_server: /,
  );
  assert.match(error.message, /SavedModel/);
  assert.is(codeOf(error), 'PONS_ERR_MODELS_NOT_LOADED');
  assert.is(await scaled(good, 3), 6);
  await good.release();
});

test('a model that takes its time is waited for', async () => {
  const model = await serving.load(localModel('slow', '1', copyOf('scale', { load_delay: '0.5' })));
  assert.is(await scaled(model, 1), 2);
  await model.release();
});

test('what the server prints are lines of the log', async () => {
  assert.ok(lines.some(({ message }) => message.includes('Running gRPC ModelServer')));
  // It answers before it prints.
  const isTold = () => lines.some(({ message, levelname }) => levelname === 'ERROR' && message.includes('broken-3'));
  await until(() => Promise.resolve(isTold() ? true : null));
});

test('the server listens on a socket that only its owner reaches, and on no port', () => {
  assert.ok(existsSync(join(folder, 'serving.sock')));
  assert.is(
    lines.some(({ message }) => message.includes('needs a port')),
    false,
  );
});

test('a server that is killed comes back with its models, and a call that was under way is made again', async () => {
  const model = await serving.load(localModel('scale', '1', saved('scale')));
  const heavy = await serving.load(localModel('heavy', '1', saved('heavy')));
  const rounds = Buffer.alloc(4);
  rounds.writeInt32LE(300);
  const running = heavy.predict([{ name: 'rounds', type: 'int32', shape: [], bytes: rounds }], signal);
  const killed = serving.pid ?? 0;
  process.kill(killed, 'SIGKILL');
  assert.is(await deadline(START_MS, scaled(model, 5), 'a call to a server that restarts'), 10);
  const outputs = await deadline(START_MS, running, 'the call that was under way');
  assert.equal(
    outputs.map(({ name }) => name),
    ['mean', 'rounds'],
  );
  assert.is.not(await started.nextPid(killed), killed);
  assert.ok(lines.some(({ message }) => message.includes('was ended by SIGKILL; it is started again')));
  await Promise.all([model.release(), heavy.release()]);
});

test('a model that kills the server with its load is given up, and the others come back', async () => {
  const good = await serving.load(localModel('scale', '1', saved('scale')));
  const error = await bridgeErrorOf(serving.load(localModel('deadly', '1', copyOf('scale', { dies_on_load: '' }))));
  assert.match(error.message, /^the model "deadly" \(version 1\) at .* cannot be loaded by .*: UNAVAILABLE/);
  assert.is(codeOf(error), 'PONS_ERR_MODELS_TENSORFLOW_SERVING_FAILED');
  assert.is(await deadline(START_MS, scaled(good, 4), 'a call beside a deadly model'), 8);
  await good.release();
});

test('after its end there is neither a process, nor a folder, nor a call that waits', async () => {
  const own = await startOwnServing(tensorflow, { folder: join(makeTempDir(), 'x'.repeat(120)) });
  const pid = own.serving.pid ?? 0;
  const model = await own.serving.load(localModel('heavy', '1', saved('heavy')));
  const rounds = Buffer.alloc(4);
  rounds.writeInt32LE(1_000_000);
  const call = bridgeErrorOf(model.predict([{ name: 'rounds', type: 'int32', shape: [], bytes: rounds }], signal));
  assert.ok(isAlive(pid));
  await deadline(30_000, own.close(), 'the end of a server that is busy');
  await waitForDeaths([pid], 30_000);
  assert.is((await deadline(30_000, call, 'the call')).message, 'the models are no longer served');
  await model.release();
  assert.is(existsSync(join(own.folder, 'models')), false);
  rmSync(own.folder, { recursive: true, force: true });
});

test.run();
