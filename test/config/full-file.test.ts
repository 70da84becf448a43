import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fieldsNotActedOn } from '../../runtime/config/schema/api.ts';
import { read } from './support/project.ts';

const FULL = `
- name: iris-2
  kind: AsyncAPI
  predictor:
    type: tensorflow
    path: ./lib/model.py
    config: {rate: 1.0, big: 123456789012345678901234567890, on: "yes", when: 2021-01-19, deep: [{a: null}]}
    python_path: ./lib/
    env: {A: 1.10, B: yes, C: text, D: 0x1F, E: "", F: 2021-01-19, G.h-i: 1_000}
    log_level: warning
    image: quay.io:443/team/image:0.32.0
    tensorflow_serving_image: tensorflow/serving@sha256:${'a'.repeat(64)}
    dependencies: {pip: requirements.txt, conda: values.json, shell: ./setup.sh}
    models:
      paths:
        - {name: a, path: s3://bucket/a/}
        - {name: b, path: models/b/, signature_key: own}
      signature_key: default
      cache_size: 1
      disk_cache_size: 2
      reload_interval: 1m30s
    shm_size: 64Mi
    processes_per_replica: 1
    threads_per_process: 8
  compute: {cpu: 1.5, mem: 2G, gpu: 1, inf: 0}
  autoscaling:
    min_replicas: 2
    max_replicas: 010
    init_replicas: 3
    max_replica_concurrency: 30000
    target_replica_concurrency: 2
    window: 1m30s
    downscale_stabilization_period: 1.5h
    upscale_stabilization_period: 0s
    max_downscale_factor: 0
    max_upscale_factor: 1.01
    downscale_tolerance: .5
    upscale_tolerance: 2
  update_strategy: {max_surge: 0, max_unavailable: 10%}
  networking: {endpoint: models/Iris_2.0/}
`.replace('on: "yes"', '"on": "yes"');

const [spec] = read(FULL).apis;

test('a file with every field is accepted', () => {
  assert.equal(read(FULL).problems, []);
});

test('every field reaches the specification, in units of its own', () => {
  assert.equal(spec?.predictor, {
    type: 'tensorflow',
    path: 'lib/model.py',
    config: {
      rate: 1,
      big: 123456789012345678901234567890n,
      on: 'yes',
      when: '2021-01-19',
      deep: [{ a: null }],
    },
    pythonPath: 'lib',
    env: { A: '1.10', B: 'yes', C: 'text', D: '0x1F', E: '', F: '2021-01-19', 'G.h-i': '1_000' },
    logLevel: 'warning',
    image: 'quay.io:443/team/image:0.32.0',
    tensorflowServingImage: `tensorflow/serving@sha256:${'a'.repeat(64)}`,
    dependencies: {
      pip: { path: 'requirements.txt', named: true },
      conda: { path: 'values.json', named: true },
      shell: { path: 'setup.sh', named: true },
    },
    models: {
      source: {
        kind: 'paths',
        paths: [
          { name: 'a', path: 's3://bucket/a/', signatureKey: 'default' },
          { name: 'b', path: 'models/b', signatureKey: 'own' },
        ],
      },
      signatureKey: 'default',
      cacheSize: 1,
      diskCacheSize: 2,
      reloadIntervalMs: 90_000,
      executionProvider: 'cpu',
    },
    shmSizeBytes: 64 * 1024 * 1024,
    processesPerReplica: 1,
    threadsPerProcess: 8,
  });
  assert.is(spec?.endpoint, '/models/Iris_2.0');
  assert.equal(spec?.compute, { cpuMillis: 1500, cpuWritten: true, memBytes: 2_000_000_000, gpu: 1 });
  assert.equal(spec?.autoscaling, {
    minReplicas: 2,
    maxReplicas: 8,
    initReplicas: 3,
    maxReplicaConcurrency: 30_000,
    targetReplicaConcurrency: 2,
    windowMs: 90_000,
    downscaleStabilizationMs: 5_400_000,
    upscaleStabilizationMs: 0,
    maxDownscaleFactor: 0,
    maxUpscaleFactor: 1.01,
    downscaleTolerance: 0.5,
    upscaleTolerance: 2,
  });
  assert.equal(spec?.updateStrategy, {
    maxSurge: { kind: 'count', count: 0 },
    maxUnavailable: { kind: 'percent', percent: 10 },
  });
});

test('what is written but not acted on is exactly what the table says', () => {
  assert.equal(spec?.notActedOn, fieldsNotActedOn());
});

test('the fields that are acted on are not among them', () => {
  assert.equal(fieldsNotActedOn(), [
    'predictor.image',
    'predictor.tensorflow_serving_image',
    'compute.inf',
    'autoscaling.max_replicas',
    'autoscaling.init_replicas',
    'autoscaling.target_replica_concurrency',
    'autoscaling.window',
    'autoscaling.downscale_stabilization_period',
    'autoscaling.upscale_stabilization_period',
    'autoscaling.max_downscale_factor',
    'autoscaling.max_upscale_factor',
    'autoscaling.downscale_tolerance',
    'autoscaling.upscale_tolerance',
    'update_strategy.max_surge',
    'update_strategy.max_unavailable',
  ]);
});

test.run();
