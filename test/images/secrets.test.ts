import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildArguments, type BuildRequest } from '../../runtime/package/engine-arguments.ts';
import { ROOT } from '../support/containers/images.ts';
import { startNpmMirror } from '../support/containers/npm-mirror.ts';
import { withEngine } from '../support/containers/with-engine.ts';
import { wordsIn } from '../support/package/saved-image.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const PLANTED = { registry: 'planted-in-registry-4721', proxy: 'planted-in-proxy-4722' };
const BUILD_MS = 280_000;

test('an image of images/ holds neither the password of the registry nor that of the proxy that it was built with', () =>
  withEngine(async (engine) => {
    const { environment, prefix } = engine;
    const mirror = await startNpmMirror(PLANTED.registry);
    try {
      const secret = join(makeTempDir(), 'npm');
      writeFileSync(secret, mirror.url);
      const request: BuildRequest = {
        image: `${prefix}/gateway-with-secrets:1`,
        context: ROOT,
        dockerfile: join(ROOT, 'images', 'gateway', 'Dockerfile'),
        secrets: new Map([['npm', secret]]),
        // The secret takes its place; another one each time, it keeps the engine from taking the stage that npm runs in from its cache.
        buildArguments: { NPM_CONFIG_REGISTRY: `http://127.0.0.1:1/${prefix}` },
        inherited: ['https_proxy', 'no_proxy'],
        network: 'host',
        useCache: true,
      };
      const args = buildArguments('docker', request);
      assert.not.match(args.join(' '), 'planted');
      const proxies = { https_proxy: `http://user:${PLANTED.proxy}@127.0.0.1:1`, no_proxy: '127.0.0.1' };
      await execa('docker', args, { env: { ...environment, ...proxies }, stdin: 'ignore', timeout: BUILD_MS });
      const words = [...Object.values(PLANTED), 'pons/gateway'];
      assert.equal(await wordsIn(engine, request.image, words), ['pons/gateway']);
    } finally {
      mirror.close();
    }
  }));

test.run();
