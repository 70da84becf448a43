import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAllDocuments, stringify } from 'yaml';
import { planExport } from '../../../runtime/package/exported/plan.ts';
import { buildManifests } from '../../../runtime/package/kubernetes/manifests.ts';
import { readExportedProject } from '../../../runtime/supervisor/exported-project.ts';
import { freePort } from '../../support/bench/free-port.ts';
import { ponsImage, redisImage } from '../../support/containers/images.ts';
import { withEngine } from '../../support/containers/with-engine.ts';
import { notRun } from '../../support/not-run.ts';
import { build, imageIn } from '../../support/package/built.ts';
import { startPodman, type Podman } from '../../support/package/podman.ts';
import { makeProject, oneApi, predicting } from '../../support/project.ts';
import { ended } from '../../support/redis/ended.ts';
import { until } from '../../support/redis/until.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const START_MS = 60_000;

interface Pod {
  readonly containers: readonly { readonly ports: readonly { hostPort?: number }[] }[];
}

/** The objects of a file as podman can run them beside others: one replica, a port of this machine, volumes with names of their own. */
function fitted(text: string, name: string, hostPort: number): string {
  const documents = parseAllDocuments(text, { version: '1.1' }).map((one) => one.toJS() as Record<string, unknown>);
  const kept = documents.filter(({ kind }) => kind === 'Deployment' || kind === 'ConfigMap');
  for (const { kind, spec } of kept) {
    if (kind !== 'Deployment') continue;
    const deployment = spec as { replicas?: number; template: { spec: Pod } };
    deployment.replicas = 1;
    for (const { ports } of deployment.template.spec.containers) for (const port of ports) port.hostPort = hostPort;
  }
  const all = kept.map((one) => stringify(one, { aliasDuplicateObjects: false })).join('---\n');
  return all.replaceAll(/name: (state|tmp)$/gm, `name: $1-${name}`);
}

async function play({ podman }: Podman, name: string, text: string): Promise<number> {
  const hostPort = await freePort();
  const file = join(makeTempDir(), `${name}.yaml`);
  writeFileSync(file, fitted(text, name, hostPort));
  await podman(['kube', 'play', '--network', 'podman', file]);
  return hostPort;
}

test('podman runs the Deployments as they are written, and a workload that the gateway takes is done by the API', async () => {
  await withEngine(async (engine) => {
    const podman = await startPodman();
    if (typeof podman === 'string') {
      notRun(podman);
      return;
    }
    try {
      const base = await ponsImage(engine, 'python-predictor-cpu');
      const project = makeProject({
        'cortex.yaml': oneApi([`image: ${base}`]),
        'predictor.py': predicting('return {"doubled": payload["x"] * 2}'),
      });
      const [image, gateway, redis] = [
        imageIn(await build(engine, project), 'api'),
        await ponsImage(engine, 'gateway'),
        await redisImage(engine),
      ];
      const archive = join(makeTempDir(), 'images.tar');
      await engine.docker(['save', '--output', archive, image, gateway, redis]);
      await podman.podman(['load', '--quiet', '--input', archive]);
      const started = ['--name', 'redis', '--network', 'podman', `localhost/${redis}`, 'redis-server'];
      const served = ['--bind', '0.0.0.0', '--protected-mode', 'no', '--dir', '/data', '--appendonly', 'yes'];
      await podman.podman(['run', '--detach', ...started, ...served]);
      const address = await podman.podman(['inspect', 'redis', '--format', '{{.NetworkSettings.IPAddress}}']);
      const plan = planExport(await readExportedProject(project), {
        ...{ registry: engine.prefix, tag: 'latest', gatewayImage: gateway, drainMs: 25_000, modelsAreBaked: false },
      });
      const secret = join(makeTempDir(), 'secret.json');
      writeFileSync(secret, JSON.stringify({ url: Buffer.from(`redis://${address}:6379/0`).toString('base64') }));
      await podman.podman(['secret', 'create', `${plan.label}-redis`, secret]);
      const files = buildManifests(plan, {
        ...{ namespace: null, scaling: null, isMonitored: false, monitoringNamespace: 'monitoring' },
      });
      const textOf = (path: string): string => files.find((one) => one.path === path)?.text ?? '';
      const api = await play(podman, 'api-api', textOf('api-api.yaml'));
      const port = await play(podman, 'gateway', textOf('gateway.yaml'));
      await until(async () => ((await answers(`http://127.0.0.1:${api}/readyz?here`)) ? true : null), START_MS);
      await until(async () => ((await answers(`http://127.0.0.1:${port}/readyz`)) ? true : null), START_MS);
      const headers = { 'content-type': 'application/json', 'x-request-id': 'one' };
      await fetch(`http://127.0.0.1:${port}/api`, { method: 'POST', headers, body: '{"x": 4}' });
      const answer = await ended(`http://127.0.0.1:${port}/api/one`);
      assert.equal(answer['result'], { doubled: 8 });
      await assertRejects(
        podman.podman(['exec', 'api-api-pod-0-predictor', 'touch', '/opt/x']),
        /Read-only file system/,
      );
    } finally {
      await podman.end();
    }
  });
});

test('a pod runs TensorFlow Serving beside its predictors, with models that are copied out of their image', () => {
  notRun(
    'TensorFlow Serving in a pod: its objects are read by tests, and run by none; docker-compose runs its stand-in',
  );
});

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function assertRejects(act: Promise<unknown>, expected: RegExp): Promise<void> {
  const said = await act.then(
    () => '',
    (error: unknown) => String(error),
  );
  assert.match(said, expected);
}

test.run();
