import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { deadline } from '../../support/deadline.ts';
import { freeze, waitForDeaths } from '../../support/processes.ts';
import { floats, numbersOf, rounds } from '../../support/tensorflow/inputs.ts';
import { installTensorflow } from '../../support/tensorflow/installed.ts';
import { localModel, startOwnServing } from '../../support/tensorflow/own-serving.ts';
import { basesOf, openExternal } from '../../support/tensorflow/served-models.ts';
import { StandIn, START_MS } from '../../support/tensorflow/stand-in.ts';

const tensorflow = await installTensorflow();
const signal = new AbortController().signal;
/** A server, or this process, that gets no processor for half of it is not taken for one that stands still. */
const silenceMs = 6000;
const GIVEN_UP = 'was given up: UNAVAILABLE (the server has answered nothing at all for 6 s)';

test('an own server that stands still is killed and started again, and the call that it had an error that says so', async () => {
  const started = await startOwnServing(tensorflow, { silenceMs });
  const { serving, lines } = started;
  const scale = await serving.load(localModel('scale', '1', join(tensorflow.models, 'scale')));
  const heavy = await serving.load(localModel('heavy', '1', join(tensorflow.models, 'heavy')));
  const frozen = serving.pid ?? 0;
  const running = bridgeErrorOf(heavy.predict([rounds(100_000_000)], signal));
  freeze(frozen);
  const later = scale.predict([floats('x', [4])], signal);
  const error = await deadline(60_000, running, 'the call that was under way');
  assert.is(error.code, codes.MODEL_UNUSABLE);
  assert.is(error.message, `the model "heavy" (version 1) on this API's own tensorflow_model_server ${GIVEN_UP}`);
  await waitForDeaths([frozen], 30_000);
  assert.is.not(await deadline(START_MS, started.nextPid(frozen), 'the next server'), frozen);
  assert.equal(numbersOf((await deadline(START_MS, later, 'a call that came later'))[0]), [8]);
  assert.ok(lines.some(({ message }) => message === 'tensorflow_model_server does not answer any more, and is killed'));
  await started.close();
});

test('a call that computes for longer than a server may be silent goes on to its end', async () => {
  const started = await startOwnServing(tensorflow, { silenceMs });
  const { serving } = started;
  const heavy = await serving.load(localModel('heavy', '1', join(tensorflow.models, 'heavy')));
  const before = serving.pid;
  let tookMs = 0;
  for (let count = 20_000; tookMs <= silenceMs; count *= 2) {
    const beganAt = performance.now();
    const [, counted] = await deadline(300_000, heavy.predict([rounds(count)], signal), 'the long call');
    tookMs = performance.now() - beganAt;
    assert.is(counted?.bytes.readInt32LE(), count);
  }
  assert.is(serving.pid, before);
  await started.close();
});

test('a way to an external server that went dead without a word ends its calls, and the next goes another way', async () => {
  const server = await StandIn.start(tensorflow, basesOf(tensorflow, ['scale']));
  const way = createServer().listen(0, '127.0.0.1');
  await once(way, 'listening');
  const sockets: Socket[] = [];
  way.on('connection', (near) => {
    const far = connect(server.address.port, server.address.host);
    near.pipe(far).pipe(near);
    sockets.push(near, far);
    for (const one of [near, far]) one.on('error', () => undefined);
  });
  const { port } = way.address() as { port: number };
  const { serving } = await openExternal({ address: { host: '127.0.0.1', port }, silenceMs }, ['scale']);
  const model = await serving.load(localModel('scale', '1', ''));
  for (const socket of sockets) socket.unpipe().pause();
  const error = await deadline(60_000, bridgeErrorOf(model.predict([floats('x', [1])], signal)), 'the call');
  assert.is(error.message, `the model "scale" (version 1) on 127.0.0.1:${port} ${GIVEN_UP}`);
  assert.equal(numbersOf((await model.predict([floats('x', [4])], signal))[0]), [8]);
  await serving.close();
  for (const socket of sockets) socket.destroy();
  way.close();
  await server.kill();
});

test.run();
