import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildCommands } from '../../runtime/package/by-hand.ts';
import { ROOT } from '../support/containers/images.ts';

const OPTIONS = { version: '1.2', network: null, useCache: true };
const ours = {
  kind: 'ours' as const,
  folder: 'python-predictor-cpu',
  reference: 'pons/python-predictor-cpu:1.2',
  instead: null,
};
const named = { kind: 'named' as const, reference: 'my/base:1', api: 'b', type: 'python' as const };

test('the images of Pons that others are built on come first, once; what is named is in a registry', () => {
  const written = [
    { image: 'p-a:1', base: ours, folder: '/out/a' },
    { image: 'p-b:1', base: named, folder: '/out/b' },
    { image: 'p-c:1', base: ours, folder: '/out/c' },
  ];
  const dockerfile = join(ROOT, 'images/python-predictor-cpu/Dockerfile');
  assert.equal(buildCommands(written, OPTIONS), [
    `DOCKER_BUILDKIT=1 docker build --tag pons/python-predictor-cpu:1.2 --build-arg PONS_VERSION=1.2 --file ${dockerfile} ${resolve(ROOT)}`,
    'DOCKER_BUILDKIT=1 docker build --tag p-a:1 /out/a',
    'DOCKER_BUILDKIT=1 docker build --tag p-b:1 /out/b',
    'DOCKER_BUILDKIT=1 docker build --tag p-c:1 /out/c',
  ]);
});

test('a command is read by a shell as it is meant, and has what was said of the build', () => {
  const written = [{ image: 'p-b:1', base: named, folder: "/it's mine/$b" }];
  assert.equal(buildCommands(written, { ...OPTIONS, network: 'host', useCache: false }), [
    "DOCKER_BUILDKIT=1 docker build --network host --no-cache --tag p-b:1 '/it'\\''s mine/$b'",
  ]);
});

test.run();
