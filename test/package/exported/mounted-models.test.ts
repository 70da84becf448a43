import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, parseAllDocuments } from 'yaml';
import { pons } from '../../support/pons.ts';
import { makeProject } from '../../support/project.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const APIS = ['one', 'all', 'hidden', 'missing', 'plain'];
const api = (name: string, type: string, models = '') =>
  `- {name: ${name}, kind: AsyncAPI, predictor: {type: ${type}, path: model.py${models}}}\n`;
const root = makeProject({
  'cortex.yaml': [
    ...[api('one', 'onnx', ', models: {path: models/m}'), api('all', 'onnx', ', models: {dir: models}')],
    ...[api('hidden', 'onnx', ', models: {path: .weights}'), api('missing', 'onnx', ', models: {path: later}')],
    api('plain', 'python'),
  ].join(''),
  'model.py': '',
  'models/m/model.onnx': '',
  'models/labels.txt': '',
  '.weights/model.onnx': '',
});

interface Mount {
  readonly target: string;
  readonly source?: string;
  readonly read_only?: boolean;
}

/** The places that the service of an API in a compose file has from the project. */
async function composed(args: readonly string[]) {
  const folder = makeTempDir();
  const ran = await pons(['export', 'compose', root, '--out', folder, ...args]);
  assert.is(ran.code, 0, ran.stderr);
  const { services } = parse(readFileSync(join(folder, 'docker-compose.yml'), 'utf8')) as {
    services: Readonly<Record<string, { volumes: readonly Mount[] }>>;
  };
  const mounts = (name: string) =>
    (services[`api-${name}`]?.volumes ?? []).filter(({ target }) => target.startsWith('/mnt/project'));
  return { mounts, said: ran.stderr };
}

test('docker-compose mounts each place of models into the container of each API, as far as it is there', async () => {
  const { mounts, said } = await composed([]);
  for (const name of APIS) {
    assert.equal(
      mounts(name).map(({ target }) => target),
      ['/mnt/project/.weights', '/mnt/project/models'],
    );
    assert.ok(mounts(name).every((mount) => mount.read_only === true));
  }
  assert.match(said, 'there are no models at later, so no API has it mounted');
  const baked = await composed(['--baked-models']);
  for (const name of APIS) assert.equal(baked.mounts(name), []);
  assert.not.match(baked.said, 'later');
});

test('that a TensorFlow Serving has no models yet is said, also where images have all that there are', async () => {
  const models = (path: string) => `, models: {path: ${path}}`;
  const project = makeProject({
    'cortex.yaml': api('there', 'tensorflow', models('m')) + api('later', 'tensorflow', models('none')),
    'model.py': '',
    'm/1/saved_model.pb': '',
  });
  for (const args of [[], ['--baked-models']]) {
    const { stderr } = await pons(['export', 'compose', project, '--out', makeTempDir(), ...args]);
    assert.match(stderr, /^later: docker-compose starts its TensorFlow Serving only when there are models at none$/m);
    assert.not.match(stderr, /^there: docker-compose/m);
  }
});

test('Kubernetes mounts each of them into each pod, those too that are on its claim only', async () => {
  const folder = join(makeTempDir(), 'kubernetes');
  const ran = await pons(['export', 'kubernetes', root, '--out', folder]);
  assert.is(ran.code, 0, ran.stderr);
  for (const name of APIS) {
    const objects = parseAllDocuments(readFileSync(join(folder, `api-${name}.yaml`), 'utf8'));
    const pod = objects[0]?.toJS() as {
      spec: { template: { spec: { containers: { volumeMounts: { name: string; mountPath: string }[] }[] } } };
    };
    const mounts = pod.spec.template.spec.containers[0]?.volumeMounts.filter((mount) => mount.name === 'models');
    assert.equal(
      mounts?.map(({ mountPath }) => mountPath),
      ['/mnt/project/.weights', '/mnt/project/later', '/mnt/project/models'],
    );
  }
});

test.run();
