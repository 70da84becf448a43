import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, endOf, failureOf } from '../support/ask.ts';
import { serveForAllTests } from '../support/fixture-server.ts';
import { modelProject, placeModel } from '../support/model-project.ts';
import { recordWhere } from '../support/records.ts';

const project = modelProject('onnx/reload', {
  'models/times/1/times.onnx': 'times-2',
  'shelf/times/times.onnx': 'times-2',
});
const server = serveForAllTests(project);
const FOLLOW_MS = 60_000;

interface Answer {
  readonly factor: number;
  readonly models: Readonly<Record<string, readonly string[]>>;
}

/** Calls again and again, and none may fail, until an answer fits; resolves to the factors of all. */
async function callUntil(api: string, payload: unknown, fits: (answer: Answer) => boolean): Promise<number[]> {
  const factors: number[] = [];
  const lapsedAt = Date.now() + FOLLOW_MS;
  for (;;) {
    const answer = await ask<Answer>(server.api(api), payload);
    factors.push(answer.factor);
    if (fits(answer)) return factors;
    if (Date.now() > lapsedAt) throw new Error(`it still answers ${JSON.stringify(answer)}`);
  }
}

test('a new version takes over while calls go on, none of which fails, and the old one can still be named', async () => {
  placeModel(project, 'models/times/2/times.onnx', 'times-3');
  const factors = await callUntil('times', {}, ({ factor }) => factor === 3);
  assert.equal([...new Set(factors)], [...new Set([2, 3])].slice(factors.includes(2) ? 0 : 1));
  const answer = await ask<Answer>(server.api('times'), { version: '1' });
  assert.equal(answer, { factor: 2, models: { _cortex_default: ['1', '2'] } });
});

test('a new version that cannot be loaded is said, by its path and what is wrong, and the one before serves on', async () => {
  mkdirSync(join(project, 'models/times/3'));
  writeFileSync(join(project, 'models/times/3/times.onnx'), 'no model');
  const said = await recordWhere(
    server,
    ({ message }) => /times\/3\/times\.onnx .*it is not an ONNX model/.test(String(message)),
    'of version 3',
  );
  assert.match(String(said['levelname']), /ERROR|WARNING/);
  assert.is((await ask<Answer>(server.api('times'), {})).factor, 3);
  const { message } = await failureOf(server.api('times'), { version: '3' });
  assert.match(message, /UserRuntimeException: .*times\/3\/times\.onnx .*\(version 3\): it is not an ONNX model/);
});

test('a version that was broken serves once its file is mended', async () => {
  placeModel(project, 'models/times/3/times.onnx', 'times-10');
  await callUntil('times', {}, ({ factor }) => factor === 10);
});

test('a folder that holds no model is said, and changes nothing', async () => {
  mkdirSync(join(project, 'models/times/4'));
  writeFileSync(join(project, 'models/times/4/README.md'), 'to come');
  await recordWhere(server, ({ message }) => /[Vv]ersion 4 .*has no \.onnx file/.test(String(message)), 'of version 4');
  assert.is((await ask<Answer>(server.api('times'), {})).factor, 10);
});

test('a version that is removed makes room for the one before it, and its number is told as unknown', async () => {
  rmSync(join(project, 'models/times/3'), { recursive: true });
  const factors = await callUntil('times', {}, ({ factor }) => factor === 3);
  assert.ok(factors.every((factor) => factor === 10 || factor === 3));
  const { message } = await failureOf(server.api('times'), { version: '3' });
  assert.match(message, 'the model has no version 3; its versions are: 1, 2');
});

test('a file that is replaced by another model of the same version is that one', async () => {
  const temporary = join(project, 'next');
  placeModel(project, 'next', 'times-10');
  renameSync(temporary, join(project, 'shelf/times/times.onnx'));
  await callUntil('shelf', { model: 'times' }, ({ factor }) => factor === 10);
});

test('a model that is new in models.dir can be called, and one that is removed is told as unknown', async () => {
  assert.match((await failureOf(server.api('shelf'), { model: 'more' })).message, 'there is no model "more"');
  placeModel(project, 'shelf/more/1/more.onnx', 'times-3');
  await callUntil('shelf', { model: 'times' }, ({ models }) => models['more'] !== undefined);
  assert.equal(await ask<Answer>(server.api('shelf'), { model: 'more' }), {
    factor: 3,
    models: { times: ['1'], more: ['1'] },
  });
  rmSync(join(project, 'shelf/more'), { recursive: true });
  await callUntil('shelf', { model: 'times' }, ({ models }) => models['more'] === undefined);
  const end = await endOf(server.api('shelf'), { model: 'more' });
  assert.match(end.error?.message ?? '', /there is no model "more"; the models are: times/);
});

test.run();
