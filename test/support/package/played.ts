import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planExport } from '../../../runtime/package/exported/plan.ts';
import { buildManifests } from '../../../runtime/package/kubernetes/manifests.ts';
import { readExportedProject } from '../../../runtime/supervisor/exported-project.ts';
import { freePort } from '../bench/free-port.ts';
import type { Engine } from '../containers/engine.ts';
import { ponsImage, redisImage } from '../containers/images.ts';
import { SETTINGS } from '../kubernetes/objects.ts';
import { until } from '../redis/until.ts';
import { makeTempDir } from '../temp-dir.ts';
import { build, imageIn } from './built.ts';
import { fitted, type Fitting } from './fitted.ts';
import type { Podman } from './podman.ts';

const START_MS = 120_000;

export interface PlayedOptions {
  readonly project: string;
  /** The one API of the project. */
  readonly api: string;
  readonly modelsAreBaked: boolean;
  /** Images beside those of Pons that the pods of the API run. */
  readonly images: readonly string[];
  readonly fitting: Omit<Fitting, 'name' | 'hostPort'>;
}

/** Builds the images of a project, has Podman run the Deployments of its export, and resolves to the URL of the gateway when both are ready. */
export async function play(engine: Engine, podman: Podman, options: PlayedOptions): Promise<string> {
  const { project, api, modelsAreBaked, images, fitting } = options;
  const built = await build(engine, project, modelsAreBaked ? ['--bake-models'] : []);
  const [gateway, redis] = [await ponsImage(engine, 'gateway'), await redisImage(engine)];
  const archive = join(makeTempDir(), 'images.tar');
  await engine.docker(['save', '--output', archive, imageIn(built, api), gateway, redis, ...images]);
  await podman.podman(['load', '--quiet', '--input', archive]);
  const plan = planExport(await readExportedProject(project), {
    ...{ registry: engine.prefix, tag: 'latest', gatewayImage: gateway, drainMs: 25_000, modelsAreBaked },
  });
  await makeSecret(podman, `${plan.label}-redis`, { url: `redis://${await startRedis(podman, redis)}:6379/0` });
  const files = buildManifests(plan, SETTINGS);
  const start = async (path: string, more: PlayedOptions['fitting'], ready: string): Promise<string> => {
    const name = path.replace('.yaml', '');
    const hostPort = await freePort();
    const file = join(makeTempDir(), path);
    const text = files.find((one) => one.path === path)?.text ?? '';
    writeFileSync(file, fitted(text, { ...more, name, hostPort }));
    await podman.podman(['kube', 'play', '--network', 'podman', file]);
    const url = `http://127.0.0.1:${hostPort}`;
    await until(async () => ((await answers(`${url}${ready}`)) ? true : null), START_MS);
    return url;
  };
  await start(`api-${api}.yaml`, fitting, '/readyz?here');
  return await start('gateway.yaml', {}, '/readyz');
}

/** Resolves to its address. */
async function startRedis({ podman }: Podman, image: string): Promise<string> {
  const started = ['--name', 'redis', '--network', 'podman', `localhost/${image}`, 'redis-server'];
  const served = ['--bind', '0.0.0.0', '--protected-mode', 'no', '--dir', '/data', '--appendonly', 'yes'];
  await podman(['run', '--detach', ...started, ...served]);
  return await podman(['inspect', 'redis', '--format', '{{.NetworkSettings.IPAddress}}']);
}

async function makeSecret({ podman }: Podman, name: string, values: Readonly<Record<string, string>>): Promise<void> {
  const encoded = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  const file = join(makeTempDir(), 'secret.json');
  writeFileSync(file, JSON.stringify(Object.fromEntries(encoded)));
  await podman(['secret', 'create', name, file]);
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
