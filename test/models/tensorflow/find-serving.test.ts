import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findServing } from '../../../runtime/models/tensorflow/find-serving.ts';
import { knownErrorOf } from '../../support/tensorflow/known-error-of.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const address = { host: 'serving', port: 8500 };

function withProgram(): string {
  const folder = makeTempDir();
  writeFileSync(join(folder, 'tensorflow_model_server'), '#!/bin/sh\n');
  chmodSync(join(folder, 'tensorflow_model_server'), 0o755);
  return folder;
}

test('an address goes before a program', async () => {
  assert.equal(await findServing({ api: 'a', address, path: withProgram() }), { kind: 'external', address });
});

test('without an address the program on the PATH is taken', async () => {
  const folder = withProgram();
  const program = join(folder, 'tensorflow_model_server');
  assert.equal(await findServing({ api: 'a', address: null, path: `/nowhere:${folder}` }), { kind: 'own', program });
});

test('with neither, both ways are told', async () => {
  const error = await knownErrorOf(findServing({ api: 'flowers', address: null, path: makeTempDir() }));
  assert.is(error.code, 'PONS_ERR_MODELS_TENSORFLOW_SERVING_MISSING');
  assert.match(error.message, '"flowers"');
  assert.match(error.fix, '--tensorflow-serving HOST:PORT');
  assert.match(error.fix, 'tensorflow_model_server');
});

test.run();
