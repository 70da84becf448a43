import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { submit, waitForEnd } from '../../support/workload.ts';
import { installTensorflow } from '../../support/tensorflow/installed.ts';
import { makeBase } from '../../support/tensorflow/served-models.ts';
import { StandIn } from '../../support/tensorflow/stand-in.ts';
import { ask } from '../support/ask.ts';
import { fixtureProject, serveForAllTests } from '../support/fixture-server.ts';
import { forwardTo } from './support/forward.ts';
import { CALLED_MODELS, testCalls } from './support/call-tests.ts';

const tensorflow = await installTensorflow();
const saved = (name: string) => `${tensorflow.models}/${name}`;
const bases = Object.fromEntries(
  Object.entries(CALLED_MODELS).map(([name, model]) => {
    const isVersioned = model === 'iris';
    return [name, isVersioned ? saved(model) : makeBase({ 1: saved(model) })];
  }),
);
// What the APIs with one model call it: by its folder.
const several = makeBase({ 1: saved('several') });
const servers = await Promise.all([
  StandIn.start(tensorflow, { ...bases, several }),
  StandIn.start(tensorflow, { ...bases, several }),
]);
const address = await forwardTo(servers[0].address.port);
const server = serveForAllTests(fixtureProject('tensorflow/calls'), {
  args: ['--tensorflow-serving', `127.0.0.1:${address.port}`],
});

test.after(async () => {
  address.close();
  await Promise.all(servers.map((one) => one.kill()));
});

// A server that is not told otherwise loads the highest version only.
testCalls(server, ['2']);

test('when the server is killed, a call waits for the one that takes its place', async () => {
  const api = server.api('by-name');
  const call = { model: 'scale', input: { x: [21] } };
  address.forward(null);
  await servers[0].kill();
  const id = await submit(api, JSON.stringify(call), 'application/json');
  address.forward(servers[1].address.port);
  assert.equal((await waitForEnd(api, id)).result, { y: [42] });
  assert.equal(await ask(api, call), { y: [42] });
});

test.run();
