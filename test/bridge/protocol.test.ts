import { existsSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../bridge/node/codes.ts';
import { MAX_BODY_BYTES, MAX_HEADER_BYTES } from '../../bridge/node/framing.ts';
import {
  down,
  EXIT_FDS_CLOSED,
  MARK_PREFIX,
  MARK_TOKEN_LENGTH,
  PROTOCOL_VERSION,
  up,
} from '../../bridge/node/methods.ts';
import { withHost } from '../support/host.ts';
import { withCaller } from '../support/models/caller.ts';
import { ModelPeer, spec } from '../support/models/peer.ts';
import { readProtocolPage } from '../support/protocol/page.ts';
import { keysOfInterface, membersOfUnion } from '../support/protocol/parameters.ts';
import { elementsInPython, pythonConstants } from '../support/protocol/python.ts';

const IDLE = 'class PythonPredictor:\n    def __init__(self, config): pass\n    def predict(self): return {}\n';
const page = readProtocolPage();
const pythonMethods = pythonConstants('methods');
const methodsOf = (names: Readonly<Record<string, string>>) => Object.values(names);

/** Names and values in their order: objects are compared without it. */
const listed = (table: Readonly<Record<string, unknown>>) =>
  Object.entries(table).map(([name, value]) => `${name} ${String(value)}`);

test('page, Node and Python have the same error codes', () => {
  assert.ok(Object.keys(codes).length > 10);
  assert.equal(listed(codes), listed(pythonConstants('codes')));
  assert.equal(listed(page.codes).sort(), listed(codes).sort());
});

test('page, Node and Python have the same methods', () => {
  assert.equal(page.down, methodsOf(down));
  assert.equal(page.up, methodsOf(up));
  const inPython = Object.entries(pythonMethods).filter(([name]) => !/^(PROTOCOL|MARK|EXIT)_/.test(name));
  assert.equal(new Set(inPython.map(([, method]) => method)), new Set([...page.down, ...page.up]));
});

for (const [method, type] of [
  ['initialize', 'InitializeParams'],
  ['predict', 'PredictParams'],
  ['metric', 'MetricParams'],
  ['onnx/describe', 'DescribeParams'],
  ['onnx/predict', 'OnnxPredictParams'],
  ['onnx/ended', 'OnnxEndedParams'],
  ['tensorflow/describe', 'DescribeParams'],
  ['tensorflow/predict', 'TensorflowPredictParams'],
] as const) {
  test(`page and Node have the same parameters of ${method}`, () => {
    assert.equal(page.params[method], keysOfInterface(type));
  });
}

for (const [method, type] of [
  ['initialize', 'InitializeResult'],
  ['predict', 'PredictResult'],
] as const) {
  test(`page, Node and Python have the same result of ${method}`, () =>
    withHost({ files: IDLE }, async (host) => {
      const answers: Record<string, unknown> = { initialize: (await host.initialize()).value };
      answers['predict'] = (await host.predictRaw('1')).value;
      assert.equal(page.results[method], keysOfInterface(type));
      assert.equal(Object.keys(answers[method] as object), page.results[method]);
    }));
}

for (const [method, type] of [
  ['onnx/describe', 'OnnxDescribeResult'],
  ['onnx/predict', 'ModelPredictResult'],
  ['onnx/ended', 'OnnxEndedResult'],
  ['onnx/list', 'OnnxListResult'],
  ['tensorflow/describe', 'TensorflowDescribeResult'],
  ['tensorflow/predict', 'ModelPredictResult'],
  ['tensorflow/list', 'TensorflowListResult'],
] as const) {
  test(`page and Node have the same result of ${method}`, () => {
    assert.equal(page.results[method], keysOfInterface(type));
  });
}

test('page, Node and Python have the same tensors', () => {
  assert.equal(page.tensor.keys, keysOfInterface('Tensor'));
  assert.equal([...page.tensor.types].sort(), membersOfUnion('ElementType').sort());
  assert.equal(elementsInPython().sort(), membersOfUnion('ElementType').sort());
});

test('page, Node and Python have the same parameters of what the Python end asks about models', async () => {
  const inputs = [spec('x', 'float32', [1])];
  const peer = new ModelPeer({ _cortex_default: { inputs } });
  for (const type of ['onnx', 'tensorflow'] as const) {
    await withCaller({ peer, type }, async (tell) => {
      await tell("client.predict({'x': [1]})");
    });
    for (const method of [`${type}/describe`, `${type}/predict`]) {
      const asked = peer.asked.find((request) => request.method === method);
      assert.equal(Object.keys(asked?.value as object), page.params[method], method);
    }
    const { value } = peer.asked.find((request) => request.method === `${type}/predict`) ?? {};
    assert.equal(Object.keys((value as { inputs: object[] }).inputs[0] ?? {}), page.tensor.keys);
  }
});

test('page, Node and Python have the same version', () => {
  assert.is(page.version, PROTOCOL_VERSION);
  assert.is(pythonMethods['PROTOCOL_VERSION'], PROTOCOL_VERSION);
});

test('page, Node and Python have the same limits', () => {
  const limits = { MAX_HEADER_BYTES, MAX_BODY_BYTES };
  assert.equal(page.limits, limits);
  const inPython = pythonConstants('framing');
  assert.equal({ ...limits, ...inPython }, inPython);
});

test('page, Node and Python have the same mark', () => {
  assert.equal(page.mark, {
    bytes: MARK_PREFIX.length + MARK_TOKEN_LENGTH + 1,
    prefix: MARK_PREFIX,
    tokenLength: MARK_TOKEN_LENGTH,
  });
  assert.is(pythonMethods['MARK_PREFIX'], MARK_PREFIX);
  assert.is(pythonMethods['MARK_TOKEN_LENGTH'], MARK_TOKEN_LENGTH);
});

test('page, Node and Python have the same exit code for closed fds', () => {
  assert.is(pythonMethods['EXIT_FDS_CLOSED'], EXIT_FDS_CLOSED);
  const text = readFileSync(new URL('../../bridge/README.md', import.meta.url), 'utf8');
  assert.ok(text.includes(`exits with ${EXIT_FDS_CLOSED} (\`EXIT_FDS_CLOSED\`)`));
});

test('both ends have files of the same names', () => {
  for (const name of ['framing', 'messages', 'methods', 'codes', 'connection']) {
    for (const file of [`node/${name}.ts`, `python/predictor_host/${name}.py`]) {
      assert.ok(existsSync(new URL(`../../bridge/${file}`, import.meta.url)), file);
    }
  }
});

test.run();
