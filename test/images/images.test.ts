import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../support/containers/engine.ts';
import { IMAGES, ponsImage, VERSION, type ImageName } from '../support/containers/images.ts';
import { withEngine } from '../support/containers/with-engine.ts';
import { notRun } from '../support/not-run.ts';

const MB = 1_000_000;
const MOST_ABOVE_BASE = 220 * MB;
/** What runs a program of each image as root, for a look at all of it. */
const look = (image: string, script: string): string[] => [
  ...['run', '--rm', '--user', '0', '--entrypoint', '/bin/sh', image, '-c', script],
];
const sizeOf = async ({ docker }: Engine, image: string): Promise<number> =>
  Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image]));

for (const name of Object.keys(IMAGES) as ImageName[]) {
  const ofGpu = name.endsWith('-gpu');
  const port = name === 'gateway' ? 8080 : 8888;

  test(`${name}: it is built, and says what it is`, () =>
    withEngine(async (engine) => {
      const image = await ponsImage(engine, name);
      const { Config: config } = (JSON.parse(await engine.docker(['image', 'inspect', image])) as [Inspected])[0];
      assert.equal(config.Entrypoint, ['tini', '--', 'pons']);
      assert.equal(config.Cmd.slice(0, 3), ['serve', '/mnt/project', '--in-container']);
      assert.is(config.User, '10001:0');
      assert.is(config.WorkingDir, '/mnt/project');
      assert.equal(Object.keys(config.Volumes), ['/state']);
      assert.equal(Object.keys(config.ExposedPorts), [`${port}/tcp`]);
      assert.is(config.Labels['org.opencontainers.image.title'], `pons/${name}`);
      assert.is(config.Labels['org.opencontainers.image.version'], VERSION);
      assert.is(config.Healthcheck.Test[0], 'CMD');
    }));

  test(`${name}: it has no compiler, no npm, and binaries of its own platform only`, () =>
    withEngine(async (engine) => {
      const image = await ponsImage(engine, name);
      const programs = 'for one in cc gcc g++ make ld npm npx yarn git curl; do command -v $one; done; true';
      assert.is(await engine.docker(look(image, programs)), '');
      const foreign =
        'find /opt/pons -regex ".*\\(darwin\\|win32\\|musl\\|\\.dll\\|\\.dylib\\|\\.exe\\).*" -o -path "*linux*" -regex ".*\\(arm64\\|aarch64\\).*"';
      if (process.arch === 'x64') assert.is(await engine.docker(look(image, foreign)), '');
      const native = await engine.docker(look(image, 'find /opt/pons -name "*.node"'));
      assert.is(native.includes('onnxruntime'), name.startsWith('onnx'));
      assert.is(await engine.docker(look(image, 'ls /root/.npm /opt/pons/node_modules/esbuild 2>/dev/null; true')), '');
    }));

  test(`${name}: what comes with it runs, for any user`, () =>
    withEngine(async (engine) => {
      const image = await ponsImage(engine, name);
      const any = ['run', '--rm', '--read-only', '--user', '12345:0', '--cap-drop', 'ALL', '--entrypoint'];
      assert.is(await engine.docker([...any, 'pons', image, '--version']), VERSION);
      if (name !== 'gateway') {
        const python = await engine.docker([...any, 'python3', image, '-c', 'import sys; print(sys.prefix)']);
        assert.is(python, '/opt/venv');
      }
    }));

  if (ofGpu) {
    test(`${name}: it runs on its CUDA base, with a GPU`, () => {
      notRun(`GPU: ${name} is built on a stand-in base, without CUDA, and no model runs in it`);
    });
  } else {
    test(`${name}: it is at most ${MOST_ABOVE_BASE / MB} MB above its base`, () =>
      withEngine(async (engine) => {
        const above = (await sizeOf(engine, await ponsImage(engine, name))) - (await sizeOf(engine, IMAGES[name].base));
        assert.ok(above <= MOST_ABOVE_BASE, `${(above / MB).toFixed(0)} MB`);
      }));
  }
}

interface Inspected {
  readonly Config: {
    readonly Entrypoint: readonly string[];
    readonly Cmd: readonly string[];
    readonly User: string;
    readonly WorkingDir: string;
    readonly Volumes: Readonly<Record<string, unknown>>;
    readonly ExposedPorts: Readonly<Record<string, unknown>>;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Healthcheck: { readonly Test: readonly string[] };
  };
}

test.run();
