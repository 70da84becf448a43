import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';
import { up } from '../../../bridge/node/methods.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { deadline } from '../../support/deadline.ts';
import { withHost } from '../../support/host.ts';
import { withCaller } from '../../support/models/caller.ts';
import { ModelPeer, type PeerModel, spec } from '../../support/models/peer.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const vector = (width: number, version = '1'): PeerModel => ({
  version,
  inputs: [spec('x', 'float32', ['N', width])],
});
const longs = (): PeerModel => ({ inputs: [spec('x', 'int64', ['N'])] });
const peerOf = (model: PeerModel = vector(2)) => new ModelPeer({ _cortex_default: model });

test('a model is described once, and again when it is another one', () => {
  const peer = peerOf();
  return withCaller({ peer }, async (tell) => {
    const call = 'client.predict([1, 2])[0]';
    assert.equal(await tell(call, call), ['[[1.0, 2.0]]', '[[1.0, 2.0]]']);
    assert.is(peer.count(up.onnxDescribe), 1);
    peer.models.set('_cortex_default', longs());
    assert.equal(await tell(call, call), ['[1, 2]', '[1, 2]']);
    assert.is(peer.count(up.onnxDescribe), 2);
  });
});

test('a single model is described once, by however many names it is called', () => {
  const peer = peerOf();
  peer.isSingle = true;
  return withCaller({ peer }, async (tell) => {
    assert.equal(
      await tell(
        "{client.predict([1, 2], 'name %d' % number)[0][0][1] for number in range(1000)}",
        'client.predict([1, 2])[0]',
      ),
      ['{2.0}', '[[1.0, 2.0]]'],
    );
    assert.is(peer.count(up.onnxDescribe), 1);
    peer.models.set('_cortex_default', vector(2, '2'));
    assert.equal(await tell("client.predict([1, 2], 'any', '2')[0]"), ['[[1.0, 2.0]]']);
    assert.is(peer.count(up.onnxDescribe), 2);
  });
});

test('no more than a thousand models are kept', () => {
  const names = Array.from({ length: 1500 }, (_, index) => `m${index}`);
  const peer = new ModelPeer(Object.fromEntries(names.map((name) => [name, vector(2)])));
  return withCaller({ peer }, async (tell) => {
    const kept = 'len(client._calls._known)';
    assert.equal(await tell("{client.predict([1, 2], 'm%d' % number)[0][0][1] for number in range(1500)}", kept), [
      '{2.0}',
      '500',
    ]);
  });
});

test('inputs that only a newer version takes are converted for that one', () => {
  const peer = peerOf();
  return withCaller({ peer }, async (tell) => {
    assert.equal(await tell('client.predict([1, 2])[0]'), ['[[1.0, 2.0]]']);
    peer.models.set('_cortex_default', vector(3, '2'));
    assert.equal(await tell('client.predict([1, 2, 3])[0]'), ['[[1.0, 2.0, 3.0]]']);
    const [refused] = await tell('client.predict([1, 2])[0]');
    assert.match(
      refused ?? '',
      /^UserRuntimeException: the model \(version 2\): input "x": expected float32 of shape \[N, 3\]/,
    );
  });
});

test('a model that is exchanged again and again is an error in the end', () => {
  const peer = peerOf();
  peer.before = () => {
    peer.models.set('_cortex_default', longs());
    return Promise.resolve();
  };
  return withCaller({ peer }, async (tell) => {
    const [refused] = await tell('client.predict([1, 2])');
    assert.match(
      refused ?? '',
      /^UserRuntimeException: the model \(version 1\) cannot be called, at each of 5 tries: the model is another one now$/,
    );
    assert.is(peer.count(up.onnxPredict), 5);
  });
});

test('what user code raises while a model is described anew, as in a signal handler, is shown as its own', () => {
  const peer = peerOf();
  const name = 'described_anew.py';
  const beside = { [name]: readFileSync(new URL(`../../fixtures/host/${name}`, import.meta.url), 'utf8') };
  const context = (input: string): string => `__import__("described_anew").context(client, ${input})`;
  return withCaller({ peer, beside }, async (tell) => {
    const good = '[1, 2]';
    assert.equal(await tell(`client.predict(${good})[0]`, context('["x"]')), ['[[1.0, 2.0]]', 'None']);
    peer.models.set('_cortex_default', longs());
    assert.equal(await tell(context(good)), ['None']);
  });
});

test('what the supervisor answers is raised as the exceptions that predictors know', async () => {
  for (const [type, code, expected] of [
    ['onnx', codes.MODEL_UNUSABLE, 'UserRuntimeException: its run failed'],
    ['onnx', codes.TENSOR_INVALID, 'UserRuntimeException: its run failed'],
    ['onnx', codes.INTERNAL_ERROR, 'UserRuntimeException: its run failed'],
    ['tensorflow', codes.MODEL_UNUSABLE, 'UserRuntimeException: its run failed'],
    ['tensorflow', codes.TENSOR_INVALID, 'UserException: its run failed'],
  ] as const) {
    const peer = peerOf();
    peer.before = () => Promise.reject(new BridgeError({ code, message: 'its run failed', data: null }));
    await withCaller({ peer, type }, async (tell) => {
      assert.equal(await tell("client.predict({'x': [1, 2]})"), [expected]);
    });
  }
});

test('a check of the class asks for no model', () => {
  const peer = peerOf();
  const files =
    'class ONNXPredictor:\n    def __init__(self, onnx_client, config): onnx_client.predict(1)\n    def predict(self): pass\n';
  return withHost(
    { files, params: { predictorType: 'onnx', mode: 'check' }, requested: peer.requested },
    async (host) => {
      assert.is((await host.initialize()).value.cancelSignal, null);
      assert.equal(peer.asked, []);
    },
  );
});

test('an exception shows the frames of user code alone', () => {
  const peer = peerOf();
  return withCaller({ peer }, async (_tell, host) => {
    const error = await bridgeErrorOf(host.predictRaw('"client.predict([1])"'));
    const data = error.data as { frames: { function: string }[] };
    assert.is(error.code, codes.USER_EXCEPTION);
    assert.match(
      error.message,
      /^predict raised \S*UserRuntimeException: the model \(version 1\): input "x": expected /,
    );
    assert.equal(
      data.frames.map((frame) => frame.function),
      ['predict', '<module>'],
    );
  });
});

for (const python of oldestAndNewest) {
  for (const threads of [1, 4]) {
    const title = `(Python ${python.version}, ${threads} threads)`;

    test(`a model can be called while the predictor is constructed ${title}`, () => {
      const peer = peerOf();
      return withCaller({ peer, python, threads, init: 'client.predict([1, 2])[0]' }, async (tell) => {
        assert.equal(await tell('self.first'), ['[[1.0, 2.0]]']);
      });
    });

    test(`a call that waits is cancelled with its workload, in the supervisor too ${title}`, () => {
      const peer = peerOf();
      let aborted = 0;
      let begun = (): void => undefined;
      const waits = new Promise<void>((resolve) => (begun = resolve));
      peer.before = (signal) => {
        begun();
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted += 1;
            reject(new Error('aborted'));
          });
        });
      };
      return withCaller({ peer, python, threads }, async (tell, host) => {
        let id = 0;
        const answer = host.predictRaw('["client.predict([1, 2])"]', undefined, undefined, (sent) => (id = sent));
        await deadline(30_000, waits, 'a call of the model');
        host.cancel(id);
        assert.is((await bridgeErrorOf(answer)).code, codes.CANCELLED);
        peer.before = () => Promise.resolve();
        assert.equal(await tell('client.predict([1, 2])[0]'), ['[[1.0, 2.0]]']);
        assert.is(aborted, 1);
      });
    });
  }

  test(`a fork cannot call a model, and is told so (Python ${python.version})`, () => {
    const peer = peerOf();
    return withCaller({ peer, python }, async (tell) => {
      const call = "in_fork('client.predict([1, 2])', client)";
      const refused = (title: string): string =>
        `UserRuntimeException: ${title} cannot be called: a forked process has no connection of its own; call it before the fork, or from a thread of the process that Pons has started`;
      assert.equal(await tell(call, 'client.predict([1, 2])[0]', call), [
        refused('the model'),
        '[[1.0, 2.0]]',
        refused('the model (version 1)'),
      ]);
    });
  });
}

test.run();
