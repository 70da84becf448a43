import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../support/containers/engine.ts';
import { withEngine } from '../support/containers/with-engine.ts';
import { notRun } from '../support/not-run.ts';
import { build } from '../support/package/built.ts';
import { NO_REGISTRY, startRegistry } from '../support/package/registry.ts';
import { makeStandInBase } from '../support/package/stand-in-base.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';

const projectOn = (base: string) =>
  makeProject({ 'cortex.yaml': oneApi([`image: ${base}`]), 'predictor.py': predicting('return {}') });

test('an image is pushed to a registry, told by its digest, and built on a digest where that is wanted', () =>
  withEngine(async (engine) => {
    const { docker, prefix } = engine;
    const registry = await startRegistry();
    if (registry === null) {
      notRun(NO_REGISTRY);
      return;
    }
    const place = `${registry.host}/${prefix}`;
    try {
      const base = `${place}/base:1`;
      await docker(['tag', await makeStandInBase(engine), base]);
      await docker(['push', '--quiet', base]);
      const ran = await build(engine, projectOn(base), ['--registry', place, '--tag', '1.0', '--push', '--pin']);
      assert.is(ran.code, 0, ran.stderr);
      const [pushed = '', digest = ''] = /^api: (\S+@(sha256:[0-9a-f]{64})) \(/m.exec(ran.stdout)?.slice(1) ?? [];
      assert.ok(pushed.startsWith(`${place}/`), ran.stdout);
      const name = pushed.slice(registry.host.length + 1).split('@')[0] ?? '';
      const manifest = await fetch(`http://${registry.host}/v2/${name}/manifests/1.0`, {
        headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
      });
      assert.is(manifest.headers.get('docker-content-digest'), digest);
      const label = '{{index .Config.Labels "org.opencontainers.image.base.digest"}}';
      const digests = JSON.parse(
        await docker(['image', 'inspect', '--format', '{{json .RepoDigests}}', base]),
      ) as string[];
      const onDigest = (await docker(['image', 'inspect', '--format', label, pushed])).trim();
      assert.ok(digests.includes(`${place}/base@${onDigest}`));
    } finally {
      await registry.end();
      await docker(['image', 'rm', `${place}/base:1`]);
      await removeImagesOf(engine, `${place}/*-api`);
    }
  }));

test('what is in no registry cannot be pinned, and no registry at all cannot be pushed to', () =>
  withEngine(async (engine) => {
    const root = projectOn(await makeStandInBase(engine));
    const unpinned = await build(engine, root, ['--pin']);
    assert.is(unpinned.code, 2);
    assert.match(unpinned.stderr, 'PONS_ERR_BUILD_NO_DIGEST');
    // It refuses at once; where nothing listens, docker tries for half a minute.
    const refusing = createServer((_, response) => response.writeHead(403).end()).listen(0, '127.0.0.1');
    await once(refusing, 'listening');
    const host = `127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    try {
      const unpushed = await build(engine, root, ['--registry', host, '--push']);
      assert.is(unpushed.code, 2);
      assert.match(unpushed.stderr, 'was built but not pushed');
      assert.match(unpushed.stderr, 'PONS_ERR_BUILD_PUSH_FAILED');
    } finally {
      refusing.close();
      await removeImagesOf(engine, `${host}/*`);
    }
  }));

/** What bears the name of a registry is not found by that of this run. */
async function removeImagesOf({ docker }: Engine, reference: string): Promise<void> {
  const listed = await docker(['image', 'ls', '--filter', `reference=${reference}`, '--format', '{{.ID}}']);
  const ids = [...new Set(listed.split('\n').filter((line) => line !== ''))];
  if (ids.length > 0) await docker(['image', 'rm', '--force', ...ids]);
}

test.run();
