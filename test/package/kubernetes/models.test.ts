import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { exported, found, predictorOf } from '../../support/kubernetes/objects.ts';

test("models come from a claim where no image has them, the project's variables and Redis from Secrets", async () => {
  const flowers = predictorOf(found(await exported(), 'Deployment', 'api-flowers'));
  const mounts = flowers.volumeMounts.map(({ name, mountPath }) => `${name} ${mountPath}`);
  const places = ['iris.onnx', 'pictures', 'texts'].map((name) => `models /mnt/project/models/${name}`);
  assert.equal(mounts.slice(2), ['dotenv /mnt/project/.env', ...places]);
  assert.match(JSON.stringify(flowers.env), /PONS_REDIS_URL.*secretKeyRef/);
  const baked = predictorOf(found(await exported({ modelsAreBaked: true }), 'Deployment', 'api-flowers'));
  assert.not(baked.volumeMounts.some(({ name }) => name === 'models'));
});

test('TensorFlow Serving runs beside the predictors with half of their compute, and the models where it wants them', async () => {
  const { spec } = found(await exported(), 'Deployment', 'api-pictures');
  const [predictor, serving] = spec.template.spec.containers;
  assert.ok(predictor && serving);
  assert.is(serving.image, 'my/serving:1');
  assert.match(JSON.stringify(predictor.env), /PONS_TENSORFLOW_SERVING","value":"127\.0\.0\.1:8500/);
  assert.equal(predictor.resources, {
    requests: { cpu: '1500m', memory: '1413480448' },
    limits: { memory: '2487222272' },
  });
  assert.equal(serving.resources, {
    requests: { cpu: '1500m', memory: '1073741824' },
    limits: { memory: '2147483648', 'nvidia.com/gpu': '1' },
  });
  const places = serving.volumeMounts.map(({ mountPath }) => mountPath).filter((path) => path.startsWith('/models'));
  assert.equal(places, ['/models/cats', '/models/dogs/1']);
});

test('TensorFlow Serving is there once it listens, and for as long as predictors drain', async () => {
  const { terminationGracePeriodSeconds: grace, containers } = found(
    await exported({ drainMs: 90_000 }),
    'Deployment',
    'api-texts',
  ).spec.template.spec;
  const [predictor, serving] = containers;
  assert.equal(predictor?.lifecycle, { preStop: { exec: { command: ['sleep', '5'] } } });
  assert.equal(serving?.lifecycle, { preStop: { exec: { command: ['sleep', '95'] } } });
  assert.is(grace, 100);
  for (const probe of [serving?.startupProbe, serving?.readinessProbe])
    assert.match(JSON.stringify(probe), /"tcpSocket":\{"port":"serving"\}/);
});

test("models that are in the API's image are copied out of it for TensorFlow Serving", async () => {
  const objects = await exported({ modelsAreBaked: true });
  const { initContainers = [], containers } = found(objects, 'Deployment', 'api-texts').spec.template.spec;
  assert.is(initContainers[0]?.image, containers[0]?.image);
  assert.match(
    initContainers[0]?.command?.at(-1) ?? '',
    /cp -R '\/mnt\/project\/models\/texts\/\.' '\/copied\/models\/_cortex_default'/,
  );
  const config = found(objects, 'ConfigMap', 'api-texts-tensorflow-serving').data?.['models.config'] ?? '';
  assert.match(config, /name: "_cortex_default"\n {4}base_path: "\/models\/_cortex_default"/);
});

test.run();
