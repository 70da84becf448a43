import { once } from 'node:events';
import { rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TensorflowListResult } from '../../../../bridge/node/tensors.ts';
import type { ModelSource } from '../../../../runtime/config/spec.ts';
import type { KnownError } from '../../../../runtime/errors/known-error.ts';
import { ModelError } from '../../../../runtime/models/model-error.ts';
import { SINGLE_MODEL } from '../../../../runtime/models/model-version.ts';
import { resolveRequest } from '../../../../runtime/models/request.ts';
import type { ExternalServing } from '../../../../runtime/models/tensorflow/external/external-serving.ts';
import { otherNamesOf, serverNamesOf } from '../../../../runtime/models/tensorflow/external/server-names.ts';
import { TensorflowRelay } from '../../../../runtime/models/tensorflow/relay.ts';
import { makeTree } from '../../../project/support/tree.ts';
import { bridgeErrorOf } from '../../../support/bridge-error.ts';
import { freePort } from '../../../support/bench/free-port.ts';
import { deadline } from '../../../support/deadline.ts';
import { floats, numbersOf } from '../../../support/tensorflow/inputs.ts';
import { installTensorflow } from '../../../support/tensorflow/installed.ts';
import { localModel } from '../../../support/tensorflow/own-serving.ts';
import { allInMemory } from '../../support/all-in-memory.ts';
import { basesOf, makeBase, openExternal } from '../../../support/tensorflow/served-models.ts';
import { reconfigure } from '../../../support/tensorflow/stand-in-config.ts';
import { StandIn, START_MS } from '../../../support/tensorflow/stand-in.ts';

const tensorflow = await installTensorflow();
const signal = new AbortController().signal;
const bases = basesOf(tensorflow, ['scale', 'texts']);
const port = await freePort();
const address = { host: '127.0.0.1', port };
let server = await StandIn.start(tensorflow, bases, { port });
/** As long as a server takes to come back. */
const limits = { callTimeoutMs: 30_000, retryMs: START_MS };
const impatient = { callTimeoutMs: 30_000, retryMs: 300 };

test.after(async () => {
  await server.kill();
});

function versionsOf({ tree }: ExternalServing, name: string): string[] {
  return (tree.models.get(name) ?? []).map(({ version }) => version);
}

/** Resolves when the tree has exactly these versions; it is told of every change. */
async function untilVersions(serving: ExternalServing, name: string, versions: readonly string[]): Promise<void> {
  let off = (): void => undefined;
  const there = new Promise<void>((resolve) => {
    const look = (): void => {
      if (versionsOf(serving, name).join() === versions.join()) resolve();
    };
    off = serving.tree.onChanged(look);
    look();
  });
  await deadline(60_000, there, `the versions ${versions.join()} of ${name}`);
  off();
}

function said(message: string): (error: unknown) => boolean {
  return (error) => error instanceof ModelError && error.message === message;
}

async function scaled(serving: ExternalServing, x: number, name = 'scale', version = '1'): Promise<number | undefined> {
  const model = await serving.load(localModel(name, version, ''));
  return numbersOf((await model.predict([floats('x', [x])], signal))[0])[0];
}

test('what the server has available is what there is, and what it has not is said', async () => {
  const { serving, lines } = await openExternal({ address }, ['scale', 'texts', 'absent']);
  assert.equal([...serving.tree.models.keys()], ['scale', 'texts']);
  assert.equal(versionsOf(serving, 'scale'), ['1']);
  assert.equal(
    lines.map(({ message }) => message),
    [`the model "absent": not available on 127.0.0.1:${port} yet; it is used as soon as it is`],
  );
  assert.is(await scaled(serving, 4), 8);
  await serving.close();
});

test('a single model is the one called _cortex_default, else the one called as the last folder of its path', async () => {
  const models = serverNamesOf({ kind: 'path', path: 's3://bucket/some/scale/' });
  const { serving } = await openExternal({ address, models, isSingle: true }, []);
  assert.is(await scaled(serving, 2, SINGLE_MODEL), 4);
  await reconfigure(server, {
    ...bases,
    [SINGLE_MODEL]: makeBase({ 4: join(tensorflow.models, 'several-with-predict') }),
  });
  await untilVersions(serving, SINGLE_MODEL, ['4']);
  assert.is(await scaled(serving, 2, SINGLE_MODEL, '4'), 4);
  await serving.close();
  await reconfigure(server, bases);
});

test('a model that becomes available later is picked up by a call that waits for it', async () => {
  const { serving } = await openExternal({ address, limits }, ['late']);
  const waiting = serving.awaitModel('late', 'latest', signal);
  await pause(100);
  await reconfigure(server, { ...bases, late: makeBase({ 3: join(tensorflow.models, 'scale') }) });
  await deadline(60_000, waiting, 'the wait');
  assert.equal(versionsOf(serving, 'late'), ['3']);
  assert.is(await scaled(serving, 3, 'late', '3'), 6);
  await reconfigure(server, bases);
  await untilVersions(serving, 'late', []);
  await serving.close();
});

test('a version that takes the place of another is seen, and one that comes back is another', async () => {
  const base = makeBase({ 1: join(tensorflow.models, 'scale') });
  await reconfigure(server, { ...bases, changing: base });
  const { serving } = await openExternal({ address }, ['changing']);
  const [first] = serving.tree.models.get('changing') ?? [];
  symlinkSync(join(tensorflow.models, 'scale'), join(base, '12'));
  await untilVersions(serving, 'changing', ['12']);
  rmSync(join(base, '12'));
  await untilVersions(serving, 'changing', ['1']);
  const [again] = serving.tree.models.get('changing') ?? [];
  assert.is.not(again?.fingerprint, first?.fingerprint);
  await serving.close();
  await reconfigure(server, bases);
});

test('a model of models.dir that nobody knew of is found when a predictor first names it', async () => {
  const models = serverNamesOf({ kind: 'dir', dir: 'models' });
  const { serving } = await openExternal({ address, models, limits }, []);
  await serving.awaitModel('scale', 'latest', signal);
  assert.equal([...serving.tree.models.keys()], ['scale']);
  // Long before the time is up for which a model is waited for.
  await deadline(limits.retryMs / 3, serving.awaitModel('nobody', 'latest', signal), 'the wait');
  assert.equal([...serving.tree.models.keys()], ['scale']);
  await serving.close();
});

test('the models of a local models.dir are found by its folders, and an error says that there may be others', async () => {
  const source = { kind: 'dir', dir: 'all' } as const;
  const others = otherNamesOf(source, makeTree({ 'all/texts/1/x': '', 'all/gone/1/x': '', 'all/.x/1/x': '' }));
  const { serving, lines } = await openExternal({ address, models: serverNamesOf(source), others }, []);
  assert.throws(
    () => resolveRequest(serving.tree, null, 'latest'),
    said(
      `model_name is missing; of those on 127.0.0.1:${port}, which does not list its models, these are known so far: none`,
    ),
  );
  await untilVersions(serving, 'texts', ['1']);
  await serving.awaitModel('scale', 'latest', signal);
  assert.throws(
    () => resolveRequest(serving.tree, 'nobody', 'latest'),
    said(
      `there is no model "nobody"; of those on 127.0.0.1:${port}, which does not list its models, these are known so far: scale, texts`,
    ),
  );
  assert.equal(lines, []);
  await serving.close();
});

test('models of models.dir are listed before they are called, and one that cannot be used does not end the start', async () => {
  await reconfigure(server, { ...bases, several: makeBase({ 1: join(tensorflow.models, 'several') }) });
  const others = (): Promise<string[]> => Promise.resolve(['several', 'scale']);
  const { serving } = await openExternal({ address, models: [], others }, []);
  const openModels = (load: ExternalServing['load']) => allInMemory(serving.tree, load);
  const relay = new TensorflowRelay({ serving, isCaching: false, openModels });
  await relay.ready;
  await untilVersions(serving, 'scale', ['1']);
  const { body } = await relay.answer('tensorflow/list', { value: null, body: Buffer.alloc(0) }, signal);
  assert.ok('scale-1' in (JSON.parse(body.toString()) as TensorflowListResult).models);
  const value = { name: 'several', version: 'latest' };
  const answer = relay.answer('tensorflow/describe', { value, body: Buffer.alloc(0) }, signal);
  assert.match((await bridgeErrorOf(answer)).message, 'signature');
  await relay.close();
  await reconfigure(server, bases);
});

test('a configured model that does not come is an error that says why', async () => {
  const { serving } = await openExternal({ address, limits: impatient }, ['absent']);
  const unknown = await bridgeErrorOf(serving.awaitModel('absent', 'latest', signal));
  const place = `on 127.0.0.1:${port} was not available within 0.3 s`;
  assert.is(unknown.message, `the model "absent" (version latest) ${place} (NOT_FOUND: the server does not know it)`);
  await serving.close();
});

test('a server that does not answer is blamed for a load that fails, and the model is not', async () => {
  const { serving } = await openExternal({ address: { host: '127.0.0.1', port: 1 }, limits: impatient }, ['scale']);
  const error = await bridgeErrorOf(serving.load(localModel('scale', '1', '')));
  const cause = error.cause as KnownError;
  assert.is(cause.code, 'PONS_ERR_MODELS_TENSORFLOW_SERVING_FAILED');
  assert.is(cause.fault, 'system');
  assert.match(
    cause.message,
    /^the model "scale" \(version 1\) on 127.0.0.1:1 was not available within 0.3 s: UNAVAILABLE \(connect ECONNREFUSED 127.0.0.1:1\)\.$/,
  );
  await serving.close();
});

const sources: readonly ModelSource[] = [
  { kind: 'dir', dir: 'models' },
  { kind: 'path', path: 'models/iris' },
];

for (const source of sources) {
  test(`with models.${source.kind}, an address without a server, and one of another kind, is warned of at the start`, async () => {
    const models = serverNamesOf(source);
    const other = createServer((_, response) => response.end('not gRPC')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port: httpPort } = other.address() as { port: number };
    for (const [at, says] of [
      [1, 'UNAVAILABLE \\(connect ECONNREFUSED 127.0.0.1:1\\)'],
      [httpPort, '[A-Z_]+( \\(.*\\))?'],
    ] as const) {
      const { serving, lines } = await openExternal({ address: { host: '127.0.0.1', port: at }, models }, []);
      const [first] = lines;
      assert.is(first?.levelname, 'WARNING');
      const words = `no TensorFlow server answers on 127.0.0.1:${at} yet: ${says}; calls wait for it`;
      assert.match(first?.message ?? '', new RegExp(`^${words}$`));
      await serving.close();
    }
    other.close();
  });
}

test('a server that stands still for a while only makes calls slow', async () => {
  const { serving } = await openExternal({ address }, ['scale']);
  server.freeze();
  const call = scaled(serving, 5);
  await pause(300);
  server.thaw();
  assert.is(await deadline(60_000, call, 'the slow call'), 10);
  await serving.close();
});

test('a server that restarts only makes calls slow, and none that is down keeps an API from starting', async () => {
  const { serving } = await openExternal({ address, limits }, ['scale']);
  const model = await serving.load(localModel('scale', '1', ''));
  await server.kill();
  const call = model.predict([floats('x', [6])], signal);
  const { serving: early, lines } = await openExternal({ address, limits }, ['scale']);
  assert.match(lines.at(-1)?.message ?? '', /not available/);
  assert.equal(versionsOf(early, 'scale'), []);
  const waiting = early.awaitModel('scale', '1', signal);
  await pause(300);
  // What cannot be seen is not taken to be gone.
  assert.equal(versionsOf(serving, 'scale'), ['1']);
  server = await StandIn.start(tensorflow, bases, { port });
  assert.equal(numbersOf((await deadline(START_MS, call, 'the call'))[0]), [12]);
  await deadline(START_MS, waiting, 'the wait');
  assert.is(await scaled(early, 1), 2);
  await serving.close();
  await early.close();
});

test('a wait is given up with its signal, and with the end of the API', async () => {
  const { serving } = await openExternal({ address, limits }, ['absent']);
  const controller = new AbortController();
  const cancelled = serving.awaitModel('absent', 'latest', controller.signal).catch((error: unknown) => error);
  const ended = bridgeErrorOf(serving.awaitModel('absent', 'latest', signal));
  const reason = new Error('cancelled by the test');
  controller.abort(reason);
  assert.is(await deadline(limits.retryMs / 3, cancelled, 'the cancelled wait'), reason);
  await serving.close();
  assert.is((await deadline(limits.retryMs / 3, ended, 'the other wait')).message, 'the models are no longer served');
});

test.run();
