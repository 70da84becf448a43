import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../../support/pons.ts';
import { installTensorflow } from '../../support/tensorflow/installed.ts';
import { standInProgram } from '../../support/tensorflow/stand-in.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { predict } from '../../support/workload.ts';
import { ask } from '../support/ask.ts';
import { serveForAllTests } from '../support/fixture-server.ts';

const tensorflow = await installTensorflow();
// The script writes into the project.
const copy = join(makeTempDir(), 'sample-project');
cpSync(fileURLToPath(new URL('../../../sample-project', import.meta.url)), copy, {
  recursive: true,
  filter: (path) => !path.includes('/.pons') && !path.endsWith('/tensorflow/model'),
});
const project = join(copy, 'tensorflow');
const PATH = `${dirname(standInProgram(tensorflow))}${delimiter}${process.env['PATH'] ?? ''}`;
const checked = (env: Record<string, string>) => pons(['check', project, '--state-dir', makeTempDir()], env);

const beforeItsModel = await checked({ PATH });
execFileSync(tensorflow.python, ['make_model.py'], { cwd: project, stdio: 'pipe' });
const server = serveForAllTests(project, { env: { PATH } });

test('before its model is made, pons check says where one is expected', () => {
  assert.is(beforeItsModel.code, 2);
  assert.match(beforeItsModel.stderr, 'The model is missing: there is nothing at model');
  assert.match(beforeItsModel.stderr, 'PONS_ERR_MODELS_NOT_FOUND');
});

test('its classifier names the species of the sample', async () => {
  const sample = new Uint8Array(readFileSync(join(project, 'samples/iris-tensorflow.json')));
  assert.equal(await predict(server.api('iris-tensorflow'), sample, 'application/json'), { label: 'setosa' });
});

test('its predictor needs no TensorFlow, so that none is installed for it', () => {
  const said = server.served.lines.map((line) => String((JSON.parse(line) as { message: unknown }).message));
  assert.equal(
    said.filter((message) => /^Installing|tensorflow-cpu/.test(message)),
    [],
  );
});

test('it knows a virginica, too', async () => {
  const measures = { sepal_length: 7.7, sepal_width: 2.6, petal_length: 6.9, petal_width: 2.3 };
  assert.equal(await ask(server.api('iris-tensorflow'), measures), { label: 'virginica' });
});

test('without a server, pons check says both ways to name one', async () => {
  const { code, stderr } = await checked({});
  assert.is(code, 2);
  assert.match(stderr, 'PONS_ERR_MODELS_TENSORFLOW_SERVING_MISSING');
  for (const way of [/--tensorflow-serving HOST:PORT/, /PONS_TENSORFLOW_SERVING/, /tensorflow_model_server/]) {
    assert.match(stderr, way);
  }
});

test('with a server and the model, pons check finds nothing', async () => {
  const { code, stdout, stderr } = await checked({ PATH });
  assert.is(code, 0, stderr);
  assert.match(stdout, /^iris-tensorflow: ok/m);
});

test.run();
