import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAllDocuments } from 'yaml';
import { buildManifests } from '../../../runtime/package/kubernetes/manifests.ts';
import type { KubernetesSettings } from '../../../runtime/package/kubernetes/settings.ts';
import { writeExport, type ExportedFile } from '../../../runtime/package/exported/write.ts';
import { kubectl } from '../../support/kubernetes/kubectl.ts';
import { complaintsAbout } from '../../support/kubernetes/strict.ts';
import { planFull } from '../../support/package/full-project.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const SETTINGS: KubernetesSettings = {
  namespace: null,
  scaling: { prometheusUrl: 'http://prometheus:9090', namespace: 'team' },
  isMonitored: true,
  monitoringNamespace: 'observed',
};

/** As much of an object as these tests look at. */
interface Shown {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec: {
    readonly replicas?: number;
    readonly strategy: object;
    readonly template: { readonly spec: PodShown };
    readonly selector: object;
    readonly ports: object;
    readonly ingress: readonly object[];
    readonly minReplicaCount: number;
    readonly maxReplicaCount: number;
    readonly advanced: { readonly horizontalPodAutoscalerConfig: { readonly behavior: object } };
    readonly triggers: readonly { readonly metadata: Readonly<Record<string, string>> }[];
  };
}

interface PodShown {
  readonly terminationGracePeriodSeconds: number;
  readonly initContainers?: readonly ContainerShown[];
  readonly containers: readonly ContainerShown[];
  readonly volumes: readonly { readonly name: string }[];
}

interface ContainerShown {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: readonly object[];
  readonly resources: object;
  readonly lifecycle?: object;
  readonly startupProbe?: object;
  readonly readinessProbe?: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

function parsed(files: readonly ExportedFile[]): Shown[] {
  return files.flatMap(({ text }) => parseAllDocuments(text, { version: '1.1' }).map((one) => one.toJS() as Shown));
}

function found(objects: readonly Shown[], kind: string, name: string): Shown {
  const object = objects.find((one) => one.kind === kind && one.metadata.name === name);
  assert.ok(object, `there is no ${kind} ${name}`);
  return object;
}

const predictorOf = ({ spec }: Shown): ContainerShown => {
  const container = spec.template.spec.containers.find(({ name }) => name === 'predictor');
  assert.ok(container);
  return container;
};

const exported = async (...parameters: Parameters<typeof planFull>) =>
  parsed(buildManifests(await planFull(...parameters), SETTINGS));

test('a folder goes through kustomize, with every object in it, and no schema knows a field less', async () => {
  for (const modelsAreBaked of [false, true]) {
    const files = buildManifests(await planFull({ modelsAreBaked }), { ...SETTINGS, namespace: 'team-a' });
    const folder = makeTempDir();
    await writeExport(folder, files);
    const built = parsed([{ path: '', text: await kubectl(['kustomize', folder]) }]);
    assert.is(built.length, parsed(files).length - 1);
    assert.ok(built.every(({ metadata }) => metadata.namespace === 'team-a'));
    assert.is(await complaintsAbout(built), '');
  }
});

test('an overlay of kustomize changes images and replicas without a changed byte', async () => {
  const folder = makeTempDir();
  await writeExport(join(folder, 'base'), buildManifests(await planFull(), SETTINGS));
  mkdirSync(join(folder, 'overlay'));
  const overlay = `resources: [../base]\nimages: [{name: pons/gateway, newTag: "9"}]\nreplicas: [{name: gateway, count: 7}]\n`;
  writeFileSync(join(folder, 'overlay', 'kustomization.yaml'), overlay);
  const built = parsed([{ path: '', text: await kubectl(['kustomize', join(folder, 'overlay')]) }]);
  const { spec } = found(built, 'Deployment', 'gateway');
  assert.is(spec.replicas, 7);
  assert.is(spec.template.spec.containers[0]?.image, 'pons/gateway:9');
});

test('what would be wrong is found', async () => {
  const [deployment] = (await exported()).filter(({ kind }) => kind === 'Deployment');
  const [scaled] = (await exported()).filter(({ kind }) => kind === 'ScaledObject');
  assert.ok(deployment && scaled);
  const wrong = { ...deployment, spec: { ...deployment.spec, replica: 1 } };
  assert.match(await complaintsAbout([wrong]), /replica/);
  const misspelt = { ...scaled, spec: { ...scaled.spec, maxReplicas: 1 } };
  assert.match(await complaintsAbout([misspelt]), /maxReplicas/);
});

test('each API is a Deployment behind api-<name> on 8888, which its siblings call', async () => {
  const objects = await exported({ registry: 'registry.example.com/team', tag: '1.4' });
  for (const name of ['words', 'fixed', 'flowers', 'pictures', 'texts']) {
    const deployment = found(objects, 'Deployment', `api-${name}`);
    assert.match(
      predictorOf(deployment).image,
      new RegExp(`^registry\\.example\\.com/team/pons-test-[a-z0-9-]+-${name}:1\\.4$`),
    );
    const { spec } = found(objects, 'Service', `api-${name}`);
    assert.equal(spec.ports, [{ name: 'http', port: 8888, targetPort: 'http' }]);
    assert.equal(deployment.spec.selector, { matchLabels: spec.selector });
    found(objects, 'PodDisruptionBudget', `api-${name}`);
  }
});

test('compute, shared memory and the way of an update are those of the configuration', async () => {
  const words = found(await exported(), 'Deployment', 'api-words');
  assert.equal(predictorOf(words).resources, {
    requests: { cpu: '1500m', memory: '1342177280' },
    limits: { memory: '1342177280' },
  });
  assert.equal(words.spec.strategy, { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
  const shm = words.spec.template.spec.volumes.find(({ name }) => name === 'shm');
  assert.equal(shm, { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '268435456' } });
  const fixed = found(await exported(), 'Deployment', 'api-fixed');
  assert.equal(predictorOf(fixed).resources, { requests: { cpu: '200m' } });
});

test('KEDA scales between min and max by what waits and runs, as fast as Cortex did', async () => {
  const objects = await exported();
  const { spec } = found(objects, 'ScaledObject', 'api-words');
  assert.equal([spec.minReplicaCount, spec.maxReplicaCount], [2, 8]);
  assert.equal(spec.triggers[0]?.metadata, {
    serverAddress: 'http://prometheus:9090',
    query:
      'avg_over_time((max(pons_queue_length{api="words",namespace="team"}) + max(pons_workloads_in_progress{api="words",namespace="team"}))[30s:10s])',
    threshold: '2.5',
    ignoreNullValues: 'false',
  });
  assert.equal(spec.advanced.horizontalPodAutoscalerConfig.behavior, {
    scaleUp: { stabilizationWindowSeconds: 120, policies: [{ type: 'Percent', value: 25, periodSeconds: 10 }] },
    // Kubernetes takes no more than an hour.
    scaleDown: { stabilizationWindowSeconds: 3600, policies: [{ type: 'Percent', value: 100, periodSeconds: 10 }] },
  });
  assert.is(found(objects, 'Deployment', 'api-words').spec.replicas, undefined);
  assert.not(objects.some(({ kind, metadata }) => kind === 'ScaledObject' && metadata.name === 'api-fixed'));
  assert.is(found(objects, 'Deployment', 'api-fixed').spec.replicas, 3);
});

test('without KEDA and the Prometheus operator nothing is there that needs them', async () => {
  const objects = parsed(buildManifests(await planFull(), { ...SETTINGS, scaling: null, isMonitored: false }));
  const kinds = new Set(objects.map(({ kind }) => kind));
  assert.not(kinds.has('ScaledObject') || kinds.has('ServiceMonitor'));
  assert.is(found(objects, 'Deployment', 'api-words').spec.replicas, 2);
});

test('the gateway has room for several bodies of the largest size that is permitted', async () => {
  const [container] = found(await exported(), 'Deployment', 'gateway').spec.template.spec.containers;
  assert.match(JSON.stringify(container?.resources), /"limits":\{"memory":"1073741824"\}/);
});

test('the gateway has the configuration, and new pods when that changes', async () => {
  const plan = await planFull();
  const gatewayOf = (endpoint: string) => {
    const specs = plan.project.specs.map((spec) => ({ ...spec, endpoint: `/${endpoint}/${spec.name}` }));
    const objects = parsed(buildManifests({ ...plan, project: { ...plan.project, specs } }, SETTINGS));
    assert.match(found(objects, 'ConfigMap', 'gateway-config').data?.['cortex.yaml'] ?? '', `/${endpoint}/words`);
    return found(objects, 'Deployment', 'gateway');
  };
  assert.not.equal(gatewayOf('a'), gatewayOf('b'));
});

test("a drain of one's own is told to Pons and granted by Kubernetes", async () => {
  const usual = found(await exported(), 'Deployment', 'api-words');
  assert.is(predictorOf(usual).args, undefined);
  assert.is(usual.spec.template.spec.terminationGracePeriodSeconds, 35);
  const slow = found(await exported({ drainMs: 90_000 }), 'Deployment', 'api-words');
  assert.equal(predictorOf(slow).args, [
    'serve',
    '/mnt/project',
    '--in-container',
    '--api',
    'words',
    '--drain',
    '90000ms',
  ]);
  assert.is(slow.spec.template.spec.terminationGracePeriodSeconds, 100);
});

test("models come from a claim where no image has them, the project's variables and Redis from Secrets", async () => {
  const flowers = predictorOf(found(await exported(), 'Deployment', 'api-flowers'));
  const mounts = flowers.volumeMounts.map(({ name, mountPath }) => `${name} ${mountPath}`);
  assert.equal(mounts.slice(2), ['dotenv /mnt/project/.env', 'models /mnt/project/models/iris.onnx']);
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
    requests: { cpu: '1500m', memory: '1342177280' },
    limits: { memory: '2415919104' },
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

test('only the gateway is open to everybody', async () => {
  const policies = (await exported()).filter(({ kind }) => kind === 'NetworkPolicy');
  const open = policies.filter(({ spec }) => spec.ingress.some((rule) => !('from' in rule)));
  assert.equal(
    open.map(({ metadata }) => /gateway$/.test(metadata.name)),
    [true],
  );
});

test.run();
