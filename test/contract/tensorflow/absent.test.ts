import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../../support/bench/free-port.ts';
import { ask } from '../support/ask.ts';
import { fixtureProject, serveForAllTests } from '../support/fixture-server.ts';
import { recordsWhere, recordWhere } from '../support/records.ts';

const address = `127.0.0.1:${await freePort()}`;
const server = serveForAllTests(fixtureProject('tensorflow/calls'), { args: ['--tensorflow-serving', address] });

test('Pons starts beside a server of --tensorflow-serving that is not there yet, and warns of each model', async () => {
  const said = `not available on ${address} yet; it is used as soon as it is`;
  const warned = await recordWhere(server, ({ message }) => String(message).endsWith(said), 'of a missing model');
  assert.is(warned['levelname'], 'WARNING');
  assert.match(String(warned['message']), /^the model/);
  assert.equal(
    recordsWhere(server, ({ levelname }) => levelname === 'ERROR'),
    [],
  );
  // The predictor lives and is served, though it has no model to call.
  assert.equal(await ask(server.api('by-name'), 'metadata'), {});
});

test.run();
